//! Small pieces of the dump formats that several services share.

/// Spaces (or tabs) before the first other character.
pub(crate) fn indent(text: &str) -> usize {
    text.bytes().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// The value of `key=` among words separated by spaces.
pub(crate) fn word<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.split_ascii_whitespace()
        .find_map(|word| word.strip_prefix(key).and_then(|rest| rest.strip_prefix('=')))
}

/// The value behind `key=` in a line of pairs as `IndentingPrintWriter.printPair` writes them:
/// up to the next blank, or between quotes. The key stands at the start or behind a blank.
pub(crate) fn pair<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find(key)?;
        let rest = text.get(at + key.len()..)?;
        let apart = at == 0 || text.as_bytes().get(at - 1).is_some_and(u8::is_ascii_whitespace);
        match rest.strip_prefix('=') {
            Some(value) if apart => {
                return match value.strip_prefix('"') {
                    Some(quoted) => quoted.split('"').next(),
                    None => value.split([' ', '\t']).next(),
                };
            }
            _ => from = at + key.len(),
        }
    }
}

/// `true` or `false`.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Milliseconds of a duration as `TimeUtils.formatDuration` writes it: `+1d2h3m4s567ms`,
/// `-27s668ms`, `0`; the sign is dropped. `None` where it is anything else.
pub(crate) fn duration_ms(text: &str) -> Option<u64> {
    let text = text.trim();
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0u64;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = match rest.get(..letters)? {
            "d" => 86_400_000,
            "h" => 3_600_000,
            "m" => 60_000,
            "s" => 1_000,
            "ms" => 1,
            _ => return None,
        };
        rest = rest.get(letters..)?;
        total = total.checked_add(number.checked_mul(unit)?)?;
    }
    Some(total)
}

/// The uid of `UserHandle.formatUid`: `1000`, `u0a123`, `u10s1000`, `u0i5` (isolated),
/// `u0ai5` (isolated, from an app zygote).
pub(crate) fn uid(text: &str) -> Option<u32> {
    let text = text.trim();
    let Some(rest) = text.strip_prefix('u') else {
        return text.parse().ok();
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let user: u32 = rest.get(..digits)?.parse().ok()?;
    let rest = rest.get(digits..)?;
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let base = match rest.get(..letters)? {
        "a" => 10_000,
        "i" => 99_000,
        "ai" => 90_000,
        "s" => 0,
        _ => return None,
    };
    let number: u32 = rest.get(letters..)?.parse().ok()?;
    user.checked_mul(100_000)?.checked_add(number.checked_add(base)?)
}

/// Package and class of a component as `ComponentName.flattenToShortString` writes it
/// (`com.x/.Main`), the class written out.
pub(crate) fn component(text: &str) -> Option<(&str, String)> {
    let (package, class) = text.split_once('/')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'$' | b'-' | b':');
    let sound = |text: &str| {
        !text.is_empty() && text.len() <= 512 && text.bytes().all(|b| plain(b) || b >= 0x80)
    };
    if !sound(package) || !sound(class) || !package.starts_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    let class = match class.strip_prefix('.') {
        Some(rest) => format!("{package}.{rest}"),
        None => class.to_owned(),
    };
    Some((package, class))
}

/// Whether a text starts as `2026-09-30 10:00:00` does. `SimpleDateFormat` writes the digits of
/// the phone's language (Arabic, Persian, Bengali …): any digit of Unicode will do.
pub(crate) fn is_date(text: &str) -> bool {
    let mut chars = text.chars();
    "0000-00-00 00:00:00".chars().all(|form| match (form, chars.next()) {
        ('0', Some(digit)) => digit.is_numeric(),
        (form, Some(char)) => form == char,
        (_, None) => false,
    })
}

/// A text whose digits of other scripts (Arabic, Persian, Devanagari, Bengali) are ASCII's, so that
/// times of one phone can be compared.
#[must_use]
pub fn ascii_digits(text: &str) -> String {
    let ascii = |c: char| {
        let code = u32::from(c);
        let zeros = [0x660, 0x6f0, 0x966, 0x9e6];
        let digit = zeros.iter().find_map(|zero| code.checked_sub(*zero).filter(|d| *d < 10));
        digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)
    };
    text.chars().map(ascii).collect()
}

/// Whether a text has the form of a package name or of a shared one (`android`, `com.x.y`):
/// what stands where a name must stand, and cannot be one, was not understood.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 512
        && !text.bytes().any(|b| b.is_ascii_whitespace() || matches!(b, b'=' | b'{' | b'}' | b'['))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_time_utils() {
        assert_eq!(duration_ms("+1d2h3m4s567ms"), Some(93_784_567));
        assert_eq!(duration_ms("-27s668ms"), Some(27_668));
        assert_eq!(duration_ms("+33ms"), Some(33));
        assert_eq!(duration_ms("0"), Some(0));
        assert_eq!(duration_ms("+"), None);
        assert_eq!(duration_ms("+5x"), None);
        assert_eq!(duration_ms("+99999999999999999999d"), None);
    }

    #[test]
    fn uids_are_those_of_user_handle() {
        assert_eq!(uid("1000"), Some(1000));
        assert_eq!(uid("u0a123"), Some(10_123));
        assert_eq!(uid("u10a45"), Some(1_010_045));
        assert_eq!(uid("u10s1000"), Some(1_001_000));
        assert_eq!(uid("u0i5"), Some(99_005));
        assert_eq!(uid("u999a1"), Some(99_910_001));
        assert_eq!(uid("u99999999a1"), None);
        assert_eq!(uid("ux"), None);
    }
}
