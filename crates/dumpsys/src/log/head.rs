//! The part of a line before its message.

/// The format that the last line had, which the next one most likely has too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Layout {
    #[default]
    ThreadTime,
    Time,
    Brief,
    Long,
    Kernel,
}

/// What stands before a message.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Head<'a> {
    /// As written, without blanks around it.
    pub(super) when: &'a [u8],
    pub(super) uid: Option<u32>,
    pub(super) pid: Option<u32>,
    /// Without the blanks behind it.
    pub(super) tag: &'a [u8],
    pub(super) message: &'a [u8],
    /// Whether the message stands on the lines that follow.
    pub(super) long: bool,
}

impl<'a> Head<'a> {
    /// Reads one; `None` where the line is in no format.
    pub(super) fn read(line: &'a [u8], layout: &mut Layout) -> Option<Self> {
        let found = match line.first()? {
            b'0'..=b'9' => timed(line),
            b'V' | b'D' | b'I' | b'W' | b'E' | b'F' | b'S' => {
                brief(line).map(|head| (head, Layout::Brief))
            }
            b'[' => long(line)
                .map(|head| (head, Layout::Long))
                .or_else(|| kernel(line).map(|head| (head, Layout::Kernel))),
            b'<' => kernel(line).map(|head| (head, Layout::Kernel)),
            _ => None,
        };
        let (head, found) = found?;
        // A line that begins like `D/x(1): ` inside a message of another format is none.
        if found == Layout::Brief && *layout != Layout::Brief && *layout != Layout::default() {
            return None;
        }
        *layout = found;
        Some(head)
    }
}

/// `MM-DD hh:mm:ss.mmm` with a year in front, more digits behind, a zone behind, or none of them.
fn time(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let date = memchr::memchr(b' ', line.get(..12)?)?;
    if date != 5 && date != 10 || *line.get(date - 3)? != b'-' {
        return None;
    }
    let clock = line.get(date + 1..)?;
    if clock.get(2) != Some(&b':') || clock.get(5) != Some(&b':') {
        return None;
    }
    let end = date + 1 + memchr::memchr(b' ', clock)?;
    let mut rest = line.get(end..)?.trim_ascii_start();
    let mut end = end;
    if rest.len() > 6 && matches!(rest.first(), Some(b'+' | b'-')) && rest.get(5) == Some(&b' ') {
        rest = rest.get(5..)?.trim_ascii_start();
        end = line.len() - rest.len();
    }
    Some((line.get(..end)?.trim_ascii_end(), rest))
}

fn timed(line: &[u8]) -> Option<(Head<'_>, Layout)> {
    let (when, mut rest) = time(line)?;
    if let Some(head) = brief(rest) {
        return Some((Head { when, ..head }, Layout::Time));
    }
    // One to three numbers (a uid may be a name), then the level.
    let mut fields: [&[u8]; 3] = [b""; 3];
    let mut count = 0;
    loop {
        let end = memchr::memchr(b' ', rest)?;
        let field = rest.get(..end)?;
        rest = rest.get(end..)?.trim_ascii_start();
        if let [level] = field
            && count >= 2
            && is_level(*level)
        {
            break;
        }
        *fields.get_mut(count)? = field;
        count += 1;
    }
    let (uid, pid) = match (count, fields) {
        (2, [pid, ..]) => (None, number(pid)?),
        (_, [uid, pid, _]) => (user(uid), number(pid)?),
    };
    let (tag, message) = tagged(rest)?;
    Some((Head { when, uid, pid: Some(pid), tag, message, long: false }, Layout::ThreadTime))
}

/// `L/TAG( PID): message`.
fn brief(line: &[u8]) -> Option<Head<'_>> {
    let [level, b'/', rest @ ..] = line else { return None };
    if !is_level(*level) {
        return None;
    }
    let end = memchr::memmem::find(rest.get(..rest.len().min(300))?, b"): ").or_else(|| {
        let end = rest.len().checked_sub(2)?;
        rest.ends_with(b"):").then_some(end)
    })?;
    let head = rest.get(..end)?;
    let open = memchr::memrchr(b'(', head)?;
    let pid = head.get(open + 1..)?;
    // With `-v uid` the uid stands before the pid, behind a colon.
    let (uid, pid) = match memchr::memchr(b':', pid) {
        Some(at) => (user(pid.get(..at)?.trim_ascii()), pid.get(at + 1..)?),
        None => (None, pid),
    };
    let tag = head.get(..open)?.trim_ascii_end();
    let message = rest.get(end + 2..).unwrap_or_default().trim_ascii_start();
    Some(Head { pid: Some(number(pid.trim_ascii())?), uid, tag, message, ..Head::default() })
}

/// `[ MM-DD hh:mm:ss.mmm  PID: TID L/TAG ]`, the message on the lines that follow.
fn long(line: &[u8]) -> Option<Head<'_>> {
    let inner = line.strip_prefix(b"[ ")?.trim_ascii_end().strip_suffix(b"]")?;
    let (when, rest) = time(inner.trim_ascii())?;
    let slash = memchr::memchr(b'/', rest)?;
    let numbers = rest.get(..slash.checked_sub(1)?)?;
    let mut parts = numbers.split(|byte| *byte == b':').map(<[u8]>::trim_ascii);
    let pid = number(parts.next()?)?;
    let tag = rest.get(slash + 1..)?.trim_ascii();
    Some(Head { when, pid: Some(pid), tag, long: true, ..Head::default() })
}

/// `<6>[   12.345678] text` of the kernel, with the level in front or not.
fn kernel(line: &[u8]) -> Option<Head<'_>> {
    let line = match line.strip_prefix(b"<") {
        Some(rest) => rest.get(memchr::memchr(b'>', rest.get(..rest.len().min(5))?)? + 1..)?,
        None => line,
    };
    let rest = line.strip_prefix(b"[")?;
    let end = memchr::memchr(b']', rest.get(..rest.len().min(24))?)?;
    let when = rest.get(..end)?.trim_ascii();
    let is_time =
        when.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') && !when.is_empty();
    let message = rest.get(end + 1..)?.trim_ascii_start();
    is_time.then_some(Head { when, tag: b"kernel", message, ..Head::default() })
}

/// `TAG   : message`.
fn tagged(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr(b':', rest.get(from..)?)?;
        let after = rest.get(at + 1..)?;
        if after.is_empty() || after.first() == Some(&b' ') {
            return Some((rest.get(..at)?.trim_ascii(), after.get(1..).unwrap_or_default()));
        }
        from = at + 1;
    }
}

fn is_level(byte: u8) -> bool {
    matches!(byte, b'V' | b'D' | b'I' | b'W' | b'E' | b'F' | b'S' | b'A')
}

fn number(bytes: &[u8]) -> Option<u32> {
    if bytes.is_empty() || bytes.len() > 10 {
        return None;
    }
    bytes.iter().try_fold(0_u32, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

/// A uid as a number, or (of apps) as `u0_a123`; names of the system are left out.
fn user(bytes: &[u8]) -> Option<u32> {
    if let Some(number) = number(bytes) {
        return Some(number);
    }
    let rest = bytes.strip_prefix(b"u")?;
    let at = memchr::memchr(b'_', rest)?;
    let user = number(rest.get(..at)?)?;
    let app = number(rest.get(at + 1..)?.strip_prefix(b"a")?)?;
    user.checked_mul(100_000)?.checked_add(app.checked_add(10_000)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = Option<(String, Option<u32>, Option<u32>, String, String)>;

    fn read(line: &str) -> Told {
        let head = Head::read(line.as_bytes(), &mut Layout::default())?;
        let own = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Some((own(head.when), head.uid, head.pid, own(head.tag), own(head.message)))
    }

    fn told(when: &str, uid: Option<u32>, tag: &str, message: &str) -> Told {
        Some((when.into(), uid, Some(623), tag.into(), message.into()))
    }

    /// Formats of `logprint.cpp`, written out by hand.
    #[test]
    fn every_format() {
        let t = "10-01 19:29:14.864";
        assert_eq!(
            read("10-01 19:29:14.864   623   687 I am_kill : [0,1]"),
            told(t, None, "am_kill", "[0,1]")
        );
        assert_eq!(
            read("10-01 19:29:14.864  1000   623   687 I x: y: z"),
            told(t, Some(1000), "x", "y: z")
        );
        assert_eq!(
            read("10-01 19:29:14.864 u10_a7   623   687 I a:b: c"),
            told(t, Some(1_010_007), "a:b", "c")
        );
        assert_eq!(read("10-01 19:29:14.864  root   623   687 I x:"), told(t, None, "x", ""));
        assert_eq!(
            read("2026-10-01 19:29:14.864123 +0800   623   687 I x: y"),
            told("2026-10-01 19:29:14.864123 +0800", None, "x", "y")
        );
        assert_eq!(read("10-01 19:29:14.864 I/x y  (  623): z"), told(t, None, "x y", "z"));
        assert_eq!(read("I/x(  623): z"), told("", None, "x", "z"));
        assert_eq!(read("[ 10-01 19:29:14.864   623:  687 I/x ]"), told(t, None, "x", ""));
        let kernel = read("<6>[   12.345678] usb: a").unwrap();
        assert_eq!((kernel.0.as_str(), kernel.4.as_str()), ("12.345678", "usb: a"));
        for line in
            ["", "plain", "10-01", "10-01 19:29:14.864", "10-01 19:29:14.864 a b c d", "D/x", "[x]"]
        {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
