//! Where serde_json stopped.

/// Bytes from the start of `bytes` to where serde_json stopped.
pub(crate) fn place(bytes: &[u8], error: &serde_json::Error) -> u64 {
    let lines_before = error.line().saturating_sub(1);
    let before: usize =
        bytes.split_inclusive(|b| *b == b'\n').take(lines_before).map(<[u8]>::len).sum();
    (before + error.column().saturating_sub(1)).min(bytes.len()) as u64
}
