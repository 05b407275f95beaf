//! Builder of synthetic APKs. They hold no code and do nothing.
//!
//! ```
//! use testkit::apk::{Apk, Component, Scheme, Signer};
//! let bytes = Apk::new("org.example.app")
//!     .label("Example")
//!     .label_in("ug", "مىسال")
//!     .permission("android.permission.CAMERA")
//!     .service(Component::new(".Listener").exported(true))
//!     .sign(Signer::A, &[Scheme::V1, Scheme::V2, Scheme::V3])
//!     .build();
//! assert_eq!(bytes.get(..4), Some(&b"PK\x03\x04"[..]));
//! ```
//!
//! The output is a function of the calls alone: fixed keys, times and serial numbers, and
//! deterministic signatures (RFC 6979).

mod arsc;
mod axml;
mod chunk;
mod der;
mod digest;
mod idsig;
mod manifest;
mod signing;
mod strings;
mod v1;
mod zip;

pub use digest::Digesting;
pub use manifest::Component;
pub use signing::{Scheme, Signer};

use manifest::Manifest;
use sha2::{Digest, Sha256};

/// An APK to be built.
#[derive(Clone, Debug)]
pub struct Apk {
    manifest: Manifest,
    manifest_stored: bool,
    labels: Vec<(String, String)>,
    members: Vec<zip::Member>,
    signers: Vec<Signer>,
    schemes: Vec<Scheme>,
    digesting: Digesting,
    lineage: Vec<Signer>,
    protected: bool,
    stamp: Option<Signer>,
}

impl Apk {
    /// An APK of this package: version 1 (`1.0`), least SDK 24, target SDK 34, no label,
    /// not signed.
    #[must_use]
    pub fn new(package: &str) -> Self {
        Self {
            manifest: Manifest::new(package),
            manifest_stored: false,
            labels: Vec::new(),
            members: Vec::new(),
            signers: Vec::new(),
            schemes: Vec::new(),
            digesting: Digesting::default(),
            lineage: Vec::new(),
            protected: false,
            stamp: None,
        }
    }

    /// The label in the default locale, kept in `resources.arsc`.
    #[must_use]
    pub fn label(self, text: &str) -> Self {
        self.label_in("", text)
    }

    /// The label in one locale: `ug`, `bo`, `zh`, or with a region `zh-TW`.
    #[must_use]
    pub fn label_in(mut self, locale: &str, text: &str) -> Self {
        self.labels.push((locale.to_owned(), text.to_owned()));
        self
    }

    /// The label as a text in the manifest itself, without resources.
    #[must_use]
    pub fn literal_label(mut self, text: &str) -> Self {
        self.manifest.literal_label = Some(text.to_owned());
        self
    }

    /// Version name and code.
    #[must_use]
    pub fn version(mut self, name: &str, code: u32) -> Self {
        self.manifest.version_name = name.to_owned();
        self.manifest.version_code = code;
        self
    }

    /// Least and target SDK version.
    #[must_use]
    pub fn sdk(mut self, min: u32, target: u32) -> Self {
        self.manifest.min_sdk = min;
        self.manifest.target_sdk = target;
        self
    }

    /// Whether it can be debugged.
    #[must_use]
    pub fn debuggable(mut self, yes: bool) -> Self {
        self.manifest.debuggable = Some(yes);
        self
    }

    /// The class that makes all other components (`android:appComponentFactory`).
    #[must_use]
    pub fn component_factory(mut self, class: &str) -> Self {
        self.manifest.classes.push(("appComponentFactory", 0x0101_057a, class.to_owned()));
        self
    }

    /// The class that is asked what to back up (`android:backupAgent`).
    #[must_use]
    pub fn backup_agent(mut self, class: &str) -> Self {
        self.manifest.classes.push(("backupAgent", 0x0101_027f, class.to_owned()));
        self
    }

    /// A further element `application` with this label, which Android overlooks.
    #[must_use]
    pub fn further_application(mut self, label: &str) -> Self {
        self.manifest.more_applications.push(label.to_owned());
        self
    }

    /// Makes it a split of its package, with this split name and without an own label.
    #[must_use]
    pub fn split(mut self, name: &str) -> Self {
        self.manifest.split = Some(name.to_owned());
        self
    }

    /// A `uses-permission`.
    #[must_use]
    pub fn permission(mut self, name: &str) -> Self {
        self.manifest.permissions.push(("uses-permission", name.to_owned()));
        self
    }

    /// A `uses-permission-sdk-23`.
    #[must_use]
    pub fn permission_sdk_23(mut self, name: &str) -> Self {
        self.manifest.permissions.push(("uses-permission-sdk-23", name.to_owned()));
        self
    }

    /// An activity.
    #[must_use]
    pub fn activity(self, component: impl Into<Component>) -> Self {
        self.component("activity", component.into())
    }

    /// A service.
    #[must_use]
    pub fn service(self, component: impl Into<Component>) -> Self {
        self.component("service", component.into())
    }

    /// A broadcast receiver.
    #[must_use]
    pub fn receiver(self, component: impl Into<Component>) -> Self {
        self.component("receiver", component.into())
    }

    /// A content provider; its authority is `<package>.<class name>`.
    #[must_use]
    pub fn provider(self, component: impl Into<Component>) -> Self {
        self.component("provider", component.into())
    }

    fn component(mut self, kind: &'static str, component: Component) -> Self {
        self.manifest.components.push((kind, component));
        self
    }

    /// Stores the manifest instead of deflating it, so that a test can change its bytes.
    #[must_use]
    pub fn manifest_stored(mut self) -> Self {
        self.manifest_stored = true;
        self
    }

    /// A further member, deflated.
    #[must_use]
    pub fn member(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.members.push(zip::Member::deflated(path, bytes.into()));
        self
    }

    /// A further member, stored.
    #[must_use]
    pub fn stored(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.members.push(zip::Member::stored(path, bytes.into()));
        self
    }

    /// Signs with one key; several calls make several signers (of v1 and v2; a v3 block has
    /// one, the first).
    #[must_use]
    pub fn sign(mut self, signer: Signer, schemes: &[Scheme]) -> Self {
        self.signers.push(signer);
        for scheme in schemes {
            if !self.schemes.contains(scheme) {
                self.schemes.push(*scheme);
            }
        }
        self
    }

    /// How the contents are digested for the schemes of the signing block.
    #[must_use]
    pub fn digesting(mut self, digesting: Digesting) -> Self {
        self.digesting = digesting;
        self
    }

    /// A proof of rotation, oldest key first, for the signer of v3.1; without v3.1 for that of
    /// v3, which is then by the last of these keys.
    #[must_use]
    pub fn rotated(mut self, lineage: &[Signer]) -> Self {
        self.lineage = lineage.to_vec();
        self
    }

    /// v2 says that v3 was used too, as apksigner has it.
    #[must_use]
    pub fn protected(mut self) -> Self {
        self.protected = true;
        self
    }

    /// A source stamp by this key.
    #[must_use]
    pub fn stamp(mut self, by: Signer) -> Self {
        self.stamp = Some(by);
        self
    }

    /// The APK's bytes.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        self.parts().0
    }

    /// The APK's bytes, and those of its v4 signature by the first signer.
    #[must_use]
    pub fn build_with_idsig(&self) -> (Vec<u8>, Vec<u8>) {
        let (bytes, digest) = self.parts();
        let by = self.signers.first().copied().unwrap_or(Signer::A);
        let idsig = idsig::idsig(&bytes, &digest, by);
        (bytes, idsig)
    }

    /// The APK's bytes, and the content digest that it is signed over.
    fn parts(&self) -> (Vec<u8>, Vec<u8>) {
        let resources = !self.labels.is_empty();
        let manifest = self.manifest.encode(resources);
        let pack = if self.manifest_stored { zip::Member::stored } else { zip::Member::deflated };
        let mut members = vec![pack("AndroidManifest.xml", manifest)];
        if resources {
            let table = arsc::labels(&self.manifest.package, &self.labels);
            // Android asks for a stored and aligned table from target SDK 30 on.
            members.push(zip::Member::stored("resources.arsc", table));
        }
        members.extend(self.members.iter().cloned());
        if let Some(by) = self.stamp {
            let digest = Sha256::digest(by.certificate()).to_vec();
            members.push(zip::Member::stored("stamp-cert-sha256", digest));
        }
        let mut jar_manifest = None;
        if self.schemes.contains(&Scheme::V1) {
            let also: Vec<_> = self.schemes.iter().filter_map(|scheme| scheme.number()).collect();
            let signed = v1::members(&members, &self.signers, &also);
            jar_manifest = signed.first().map(|manifest| manifest.bytes.clone());
            members.extend(signed);
        }
        let mut archive = zip::Archive::new(&members);
        if self.digesting == Digesting::Verity {
            archive.fill_page();
        }
        let signing = signing::Signing {
            signers: &self.signers,
            schemes: &self.schemes,
            min_sdk: self.manifest.min_sdk,
            digesting: self.digesting,
            lineage: &self.lineage,
            protected: self.protected,
            stamp: self.stamp,
            jar_manifest: jar_manifest.as_deref(),
        };
        let block = signing.block(&archive);
        (archive.join(&block), self.digesting.of(&archive))
    }
}
