//! Proof of rotation: certificates, each one signed for by the one before (source.android.com,
//! "APK Signature Scheme v3", "Proof-of-rotation"; apksig `V3SigningCertificateLineage`,
//! `SourceStampCertificateLineage`).

use super::algorithm::Algorithm;
use super::block::Records;
use super::key::Outcome;
use super::verdict::LineageNode;
use super::x509::X509;

/// Certificates in a row that are read. Real ones have two or three.
const MOST: usize = 100;

/// One certificate with what stands beside it; two lineages agree where all of this does.
#[derive(Clone)]
pub(super) struct Node<'a> {
    pub(super) certificate: X509<'a>,
    flags: u32,
    /// By which algorithm the one before signed for it, and by which it signs for the next.
    algorithms: (u32, u32),
    signature: &'a [u8],
}

impl Node<'_> {
    fn equals(&self, other: &Node<'_>) -> bool {
        self.certificate.bytes == other.certificate.bytes
            && self.flags == other.flags
            && self.algorithms == other.algorithms
            && self.signature == other.signature
    }

    pub(super) fn told(&self) -> LineageNode {
        LineageNode { certificate: self.certificate.certificate(), capabilities: self.flags }
    }
}

/// Why there is no lineage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It cannot be read.
    Malformed,
    /// A signature in it does not verify, or it repeats a certificate.
    DidNotVerify,
    /// It is of another version.
    OtherVersion,
}

/// Reads and verifies a lineage.
pub(super) fn read(value: &[u8]) -> Result<Vec<Node<'_>>, Wrong> {
    let mut list = Records::new(value);
    if list.u32().ok_or(Wrong::Malformed)? != 1 {
        return Err(Wrong::OtherVersion);
    }
    let mut nodes: Vec<Node<'_>> = Vec::new();
    while !list.is_empty() {
        if nodes.len() == MOST {
            return Err(Wrong::Malformed);
        }
        let node = node(&mut list, nodes.last())?;
        if nodes.iter().any(|other| other.certificate.bytes == node.certificate.bytes) {
            return Err(Wrong::DidNotVerify);
        }
        nodes.push(node);
    }
    Ok(nodes)
}

fn node<'a>(list: &mut Records<'a>, before: Option<&Node<'a>>) -> Result<Node<'a>, Wrong> {
    let parts = |list: &mut Records<'a>| {
        let mut record = list.list()?;
        Some((record.sized()?, record.u32()?, record.u32()?, record.sized()?))
    };
    let (signed, flags, algorithm, signature) = parts(list).ok_or(Wrong::Malformed)?;
    if let Some(before) = before {
        let by = Algorithm::find(before.algorithms.1).ok_or(Wrong::Malformed)?;
        let key = before.certificate.key().map_err(|_| Wrong::DidNotVerify)?;
        if key.verify(by.method, by.hash, &[signed], signature) != Outcome::Valid {
            return Err(Wrong::DidNotVerify);
        }
    }
    let mut signed = Records::new(signed);
    let certificate = signed.sized().ok_or(Wrong::Malformed)?;
    let by = signed.u32().ok_or(Wrong::Malformed)?;
    if before.is_some_and(|before| before.algorithms.1 != by) {
        return Err(Wrong::DidNotVerify);
    }
    let certificate = X509::parse(certificate).ok_or(Wrong::DidNotVerify)?;
    Ok(Node { certificate, flags, algorithms: (by, algorithm), signature })
}

/// The longest of several lineages, if all others are its beginnings.
pub(super) fn consolidated<'l, 'a>(lineages: &'l [Vec<Node<'a>>]) -> Option<&'l [Node<'a>]> {
    let longest = lineages.iter().max_by_key(|lineage| lineage.len())?;
    let agree = lineages
        .iter()
        .all(|other| other.iter().zip(longest).all(|(one, another)| one.equals(another)));
    agree.then_some(longest)
}
