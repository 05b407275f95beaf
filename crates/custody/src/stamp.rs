//! A time stamp of the manifest (RFC 3161): the request, which is sent when there is a network, and
//! what an answer says. Whether the authority's own signature holds is for whoever knows its
//! certificate (`openssl ts -verify`); that the answer is about this manifest is checked here.

/// `TimeStampReq` up to the hash: version 1, SHA-256 (RFC 5754), an octet string of 32 bytes.
const BEFORE: [u8; 24] = [
    0x30, 0x39, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
    0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
];

/// `certReq`: the answer holds the certificate that it is verified with.
const AFTER: [u8; 3] = [0x01, 0x01, 0xff];

/// `sha-256` with parameters NULL or none.
const SHA256: [u8; 11] = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// `id-signedData` (RFC 5652) and `id-ct-TSTInfo` (RFC 3161).
const SIGNED_DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const TST_INFO: [u8; 11] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];

/// A `TimeStampReq` in DER for a file of this hash; without a nonce, so that the same manifest has
/// the same request.
#[must_use]
pub fn time_stamp_request(sha256: &[u8; 32]) -> Vec<u8> {
    [&BEFORE[..], sha256, &AFTER].concat()
}

/// What an answer states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The hash that it is about.
    pub sha256: [u8; 32],
    /// When, as the authority writes it (`YYYYMMDDhhmmss[.f]Z`, UTC).
    pub time: String,
    /// It answers a request that had a nonce; [`time_stamp_request`] makes none that has.
    pub has_nonce: bool,
}

/// Why a file says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// It is no answer in DER, or one that is built otherwise than RFC 3161 says.
    #[error("it is no TimeStampResp: {0}")]
    Malformed(&'static str),
    /// The authority refused.
    #[error("the authority did not grant it (PKIStatus {0})")]
    Refused(u8),
    /// It is about a hash of another kind.
    #[error("it is about a hash that is not SHA-256")]
    OtherHash,
}

/// Reads a `TimeStampResp`.
///
/// # Errors
/// When it is none, or grants nothing.
pub fn stamp(response: &[u8]) -> Result<Stamp, StampError> {
    let no = StampError::Malformed;
    let (mut response, _) = Der::new(response).expect(0x30).ok_or(no("no sequence"))?;
    let mut status = response.next(0x30).ok_or(no("no status"))?;
    match status.next(0x02).map(|number| number.0) {
        // Granted, or granted with modifications.
        Some([0 | 1]) => {}
        Some([other]) => return Err(StampError::Refused(*other)),
        _ => return Err(no("no status")),
    }
    let mut token = response.next(0x30).ok_or(no("no token"))?;
    if token.next(0x06).ok_or(no("no content type"))?.0 != SIGNED_DATA {
        return Err(no("the token is no signed data"));
    }
    let mut signed =
        token.next(0xa0).and_then(|mut one| one.next(0x30)).ok_or(no("no signed data"))?;
    signed.next(0x02).and_then(|_| signed.next(0x31)).ok_or(no("no digest algorithms"))?;
    let mut content = signed.next(0x30).ok_or(no("no content"))?;
    if content.next(0x06).ok_or(no("no content type"))?.0 != TST_INFO {
        return Err(no("the content is no TSTInfo"));
    }
    let octets = content.next(0xa0).and_then(|mut one| one.next(0x04)).ok_or(no("no TSTInfo"))?;
    let (mut info, _) = octets.expect(0x30).ok_or(no("no TSTInfo"))?;
    info.next(0x02).and_then(|_| info.next(0x06)).ok_or(no("no policy"))?;
    let mut imprint = info.next(0x30).ok_or(no("no imprint"))?;
    let algorithm = imprint.next(0x30).ok_or(no("no algorithm"))?;
    if !algorithm.0.starts_with(&SHA256) {
        return Err(StampError::OtherHash);
    }
    let hash = imprint.next(0x04).ok_or(no("no hash"))?;
    let sha256 = hash.0.try_into().map_err(|_| StampError::OtherHash)?;
    let time = info.next(0x02).and_then(|_| info.next(0x18)).ok_or(no("no time"))?;
    let time = std::str::from_utf8(time.0).ok().filter(|time| time.is_ascii() && time.len() <= 32);
    let time = time.ok_or(no("no time"))?.to_owned();
    // Accuracy, which is a sequence, and ordering may stand between.
    let _ = (info.next(0x30), info.next(0x01));
    Ok(Stamp { sha256, time, has_nonce: info.next(0x02).is_some() })
}

/// Bytes in DER, taken from the front.
#[derive(Clone, Copy)]
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The contents of the value at the front, if it has this tag, and what follows it.
    fn expect(self, tag: u8) -> Option<(Self, Self)> {
        let (found, rest) = self.0.split_first()?;
        let (length, rest) = rest.split_first()?;
        if *found != tag {
            return None;
        }
        let (length, rest) = match *length {
            short @ 0..=0x7f => (usize::from(short), rest),
            long @ 0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
                (bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (contents, rest) = rest.split_at_checked(length)?;
        Some((Self(contents), Self(rest)))
    }

    fn next(&mut self, tag: u8) -> Option<Self> {
        let (contents, rest) = self.expect(tag)?;
        *self = rest;
        Some(contents)
    }
}
