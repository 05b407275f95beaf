//! Values that are neither strings, objects nor arrays.

/// Whether this is `true`, `false`, `null` or a number (RFC 8259, sections 3 and 6).
pub(crate) fn is_scalar(token: &[u8]) -> bool {
    matches!(token, b"true" | b"false" | b"null") || is_number(token)
}

/// Whether a value goes on with this byte, once it has begun as a scalar.
pub(crate) fn continues(byte: u8) -> bool {
    !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}' | b'[' | b'{' | b'"' | b':')
}

fn is_number(token: &[u8]) -> bool {
    let rest = token.strip_prefix(b"-").unwrap_or(token);
    let (whole, rest) = digits(rest);
    if whole.is_empty() || (whole.len() > 1 && whole.first() == Some(&b'0')) {
        return false;
    }
    let rest = match rest.strip_prefix(b".") {
        None => rest,
        Some(after) => match digits(after) {
            ([], _) => return false,
            (_, rest) => rest,
        },
    };
    match rest.split_first() {
        None => true,
        Some((b'e' | b'E', after)) => {
            let after =
                after.strip_prefix(b"+").or_else(|| after.strip_prefix(b"-")).unwrap_or(after);
            let (exponent, rest) = digits(after);
            !exponent.is_empty() && rest.is_empty()
        }
        Some(_) => false,
    }
}

fn digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let count = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    bytes.split_at(count)
}

#[cfg(test)]
mod tests {
    use super::is_scalar;

    /// The grammar of RFC 8259, section 6.
    #[test]
    fn numbers_follow_the_grammar() {
        for good in ["0", "-0", "12", "1.5", "1e9", "1E+9", "-1.25e-3", "true", "false", "null"] {
            assert!(is_scalar(good.as_bytes()), "{good}");
        }
        for bad in ["", "-", "01", "1.", ".5", "1e", "1e+", "+1", "True", "nul", "NaN", "0x1"] {
            assert!(!is_scalar(bad.as_bytes()), "{bad}");
        }
    }
}
