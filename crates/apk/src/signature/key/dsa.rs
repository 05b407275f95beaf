//! DSA (FIPS 186-4, 4.7). Written out here: the `dsa` crate computes with keys of any size, so
//! that one APK could keep it busy for hours.

use super::{Outcome, Value, number, pair};
use crate::ber::SEQUENCE;
use rsa::BigUint;

/// Bits of `p`; BoringSSL takes no more.
const MOST_BITS: usize = 10_000;

pub(in crate::signature) struct Key {
    p: BigUint,
    q: BigUint,
    g: BigUint,
    y: BigUint,
}

impl Key {
    pub(super) fn parse(parameters: Option<Value<'_>>, key: &[u8]) -> Result<Self, &'static str> {
        let wrong = "no DSA key";
        let parameters = parameters.filter(|value| value.tag == SEQUENCE).ok_or(wrong)?;
        let mut numbers = parameters.children().map_while(number);
        let (Some(p), Some(q), Some(g)) = (numbers.next(), numbers.next(), numbers.next()) else {
            return Err(wrong);
        };
        let y = Value::first(key).and_then(number).ok_or(wrong)?;
        let one = BigUint::from(1u8);
        let sizes = p.bits() <= MOST_BITS && matches!(q.bits(), 160 | 224 | 256);
        if !sizes || p <= q || g <= one || g >= p || y <= one || y >= p {
            return Err("a DSA key that Android does not take");
        }
        Ok(Self { p, q, g, y })
    }

    pub(super) fn verify(&self, digest: &[u8], signature: &[u8]) -> Outcome {
        let Some((r, s)) = pair(signature) else {
            return Outcome::Unusable("a DSA signature that is not DER");
        };
        // A number longer than `q` is out of range whatever it is, and need not be computed with.
        if r.len().max(s.len()) > self.q.bits() / 8 + 1 {
            return Outcome::Unusable("a DSA signature with numbers out of range");
        }
        let (r, s) = (BigUint::from_bytes_be(r), BigUint::from_bytes_be(s));
        let zero = BigUint::from(0u8);
        if r == zero || s == zero || r >= self.q || s >= self.q {
            return Outcome::Unusable("a DSA signature with numbers out of range");
        }
        // The inverse, since `q` is prime (and if it is not, the signature does not fit).
        let w = s.modpow(&(&self.q - 2u8), &self.q);
        let leftmost = digest.get(..digest.len().min(self.q.bits() / 8)).unwrap_or_default();
        let u1 = BigUint::from_bytes_be(leftmost) * &w % &self.q;
        let u2 = &r * &w % &self.q;
        let v = self.g.modpow(&u1, &self.p) * self.y.modpow(&u2, &self.p) % &self.p % &self.q;
        if v == r { Outcome::Valid } else { Outcome::Invalid }
    }
}
