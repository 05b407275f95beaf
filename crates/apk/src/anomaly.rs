//! Oddities of a package: what no build tool writes, and what is put there to deceive readers.
//!
//! An anomaly is no damage: the package was read all the same. What could not be read is a
//! [`Problem`](crate::Problem). Both can be true of one place.

use std::fmt;

/// Something odd in a package, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    /// What it is.
    pub kind: AnomalyKind,
    /// The member concerned; `None` where it is about the zip as a whole. Bytes that are not UTF-8
    /// are replaced.
    pub member: Option<String>,
    /// Where: for an anomaly of the zip (`zip-…`) a byte of the file, for any other a byte of the
    /// member, inflated.
    pub offset: u64,
    /// What exactly was found.
    pub detail: String,
}

impl Anomaly {
    /// Its id and what it may mean, with what exactly was found.
    #[must_use]
    pub fn meaning(&self) -> String {
        match self.detail.as_str() {
            "" => self.kind.meaning().to_owned(),
            detail => format!("{} ({detail})", self.kind.meaning()),
        }
    }
}

impl fmt::Display for AnomalyKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}

macro_rules! anomalies {
    ($( $name:ident = $id:literal { android: $android:literal, meaning: $meaning:literal } )*) => {
        /// A kind of anomaly. Its id never changes its meaning; `docs/design/anomalies.md` lists all.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum AnomalyKind {
            $( #[doc = $meaning] $name, )*
        }

        impl AnomalyKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [AnomalyKind] = &[$( AnomalyKind::$name, )*];

            /// The id by which output, records and rules name it.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $( AnomalyKind::$name => $id, )* }
            }

            /// What Android does with it.
            #[must_use]
            pub fn android(self) -> &'static str {
                match self { $( AnomalyKind::$name => $android, )* }
            }

            /// What was found and what it may mean, in plain words.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $( AnomalyKind::$name => $meaning, )* }
            }
        }
    };
}

anomalies! {
    ZipJanus = "zip-janus-dex" {
        android: "Before the security patch of December 2017 (CVE-2017-13156, Janus) the runtime ran the DEX in front, while the signature of v1 covered only the zip behind it. Since then a zip must begin with a local header.",
        meaning: "A program (DEX) stands in front of the zip: on old phones it ran in place of the signed one, under the genuine maker's signature"
    }
    ZipPrefix = "zip-prefix" {
        android: "Since December 2017 a file that does not begin with a local header is refused; older versions overlook what stands in front.",
        meaning: "Bytes stand before the first member: the file may be of two kinds at once, or be made to mislead tools that tell files by their first bytes"
    }
    ZipTrailing = "zip-trailing-bytes" {
        android: "libziparchive refuses a file with bytes behind the end record and its comment.",
        meaning: "Bytes stand behind the end of the zip: data was appended after the app was packed"
    }
    ZipEndRecords = "zip-several-end-records" {
        android: "libziparchive takes the last end record in the file, the verifier of signatures the one whose comment ends where the file does; where they differ, the app is refused.",
        meaning: "A second end record stands in the comment of the zip: tools that search from the other side see other contents"
    }
    ZipDisks = "zip-several-disks" {
        android: "Android takes the number of members on this disk, and overlooks the disks.",
        meaning: "The end record speaks of several disks or of two different numbers of members: tools may see more or fewer members than Android"
    }
    ZipDirectoryShifted = "zip-directory-shifted" {
        android: "libziparchive takes the stated place, and refuses the file.",
        meaning: "The central directory is not where the end record says: bytes were put in without correcting it"
    }
    ZipGapBeforeEnd = "zip-gap-before-end-record" {
        android: "libziparchive overlooks the gap; a signature of v2 or later is refused.",
        meaning: "Bytes stand between the central directory and the end record, where nothing may be"
    }
    ZipExtraRecords = "zip-extra-directory-records" {
        android: "Android reads as many records as the end record states, and overlooks the rest.",
        meaning: "The central directory holds more records than the end record states: tools that read all of them see members that Android does not"
    }
    ZipMissingRecords = "zip-missing-directory-records" {
        android: "libziparchive refuses the file.",
        meaning: "The central directory holds fewer records than the end record states"
    }
    ZipDirectorySize = "zip-directory-size" {
        android: "libziparchive reads no record beyond the stated size, and refuses a file in which one ends beyond it.",
        meaning: "The stated size of the central directory is not that of its records"
    }
    ZipDuplicate = "zip-duplicate-name" {
        android: "Refused since Android 4.4 (CVE-2013-4787, master key): before, the signature was checked over one member and the other one was run.",
        meaning: "Two members have the same name: which one is read depends on the tool"
    }
    ZipConflict = "zip-name-conflict" {
        android: "Android overlooks it, since it unpacks nothing but libraries.",
        meaning: "One name is both a file and a folder: tools that unpack the package fail on it, or lose the file"
    }
    ZipLongName = "zip-long-name" {
        android: "Android reads such a member; no file system can hold its name.",
        meaning: "A name is longer than any file system allows: tools that unpack the package fail on it"
    }
    ZipTraversal = "zip-path-traversal" {
        android: "Android never unpacks such a name.",
        meaning: "A name leads out of the folder that the package is unpacked into: it may overwrite files of whoever analyses it"
    }
    ZipInvalidName = "zip-invalid-name" {
        android: "libziparchive refuses the file.",
        meaning: "A name is not UTF-8 or holds a zero byte: tools fail on it, or take it for another name"
    }
    ZipMethod = "zip-unknown-method" {
        android: "What is not deflate (8) is read as if it were stored, with the uncompressed size.",
        meaning: "A compression method that Android does not know, though it reads the member: tools that heed the method cannot"
    }
    ZipEncrypted = "zip-encryption-flag" {
        android: "The mark is overlooked.",
        meaning: "A member is marked as encrypted, though it is not: tools ask for a password that does not exist"
    }
    ZipLocalMissing = "zip-local-header-missing" {
        android: "The member cannot be opened; the file is refused where it must be.",
        meaning: "The local header of a member is not where the directory says"
    }
    ZipLocalName = "zip-local-name-differs" {
        android: "The member cannot be opened; before Android 4.4 the local name was not compared.",
        meaning: "The local header gives a member another name than the directory: tools that go by local headers see another package"
    }
    ZipLocalMethod = "zip-local-method-differs" {
        android: "The directory counts.",
        meaning: "The local header states another compression method than the directory: tools that go by local headers cannot read the member"
    }
    ZipLocalSizes = "zip-local-sizes-differ" {
        android: "Where no data descriptor is announced, libziparchive refuses the member.",
        meaning: "The local header states other sizes or another checksum than the directory: tools that go by local headers read other bytes"
    }
    ZipLocalFlags = "zip-local-flags-differ" {
        android: "The directory counts, but for the data descriptor, where the local header does.",
        meaning: "The local header has other marks than the directory: tools that go by local headers read the member otherwise"
    }
    ZipStoredSizes = "zip-stored-sizes-differ" {
        android: "What is not deflated is read with its uncompressed size; libziparchive refuses a compressed size that runs into the directory.",
        meaning: "A member is stored as it is, but states two different sizes"
    }
    ZipSizeLies = "zip-size-lies" {
        android: "A member that inflates to another size than stated is not read.",
        meaning: "A member states another size than its data have: tools that trust it run out of memory, or stop early"
    }
    ZipDataBeyond = "zip-data-beyond-directory" {
        android: "The member cannot be opened.",
        meaning: "A member's data run into the central directory or beyond the end of the file"
    }
    ZipChecksum = "zip-checksum" {
        android: "Resources, manifest and code are read all the same; signatures of v1 cover the data, not the checksum.",
        meaning: "A member's data have another checksum than stated: they were changed after packing, or tools are to refuse them"
    }
    ZipOverlap = "zip-overlapping-members" {
        android: "Android overlooks it.",
        meaning: "Two members share the same bytes: a small file can unpack to a huge one"
    }
    ZipUnlisted = "zip-unlisted-member" {
        android: "Android reads only what the directory lists.",
        meaning: "A member has a local header, but no record in the directory: tools that go by local headers see it, Android does not"
    }
    ZipUnlistedBytes = "zip-unlisted-bytes" {
        android: "Android overlooks them; a signature of v1 does not cover them.",
        meaning: "Bytes that belong to no member stand between members or before the directory: data can be hidden there"
    }
    XmlRootType = "xml-root-type" {
        android: "The type of the outermost chunk is not looked at.",
        meaning: "The binary XML does not begin with the type of binary XML: tools that look at it refuse the file"
    }
    XmlRootHeader = "xml-root-header" {
        android: "Android goes on where the header ends as stated.",
        meaning: "The header of the binary XML has another size than its 8 bytes: tools that take it as 8 bytes lose their way"
    }
    XmlSize = "xml-size" {
        android: "A size beyond the data is refused; what lies behind a smaller one is not read.",
        meaning: "The binary XML states a size that its contents do not have"
    }
    XmlTrailing = "xml-trailing-bytes" {
        android: "Not read.",
        meaning: "Bytes stand behind the end of the binary XML"
    }
    XmlUnknownChunk = "xml-unknown-chunk" {
        android: "Stepped over.",
        meaning: "The binary XML holds a chunk of a kind that does not exist in it: tools that do not step over it fail"
    }
    XmlSeveralPools = "xml-several-pools" {
        android: "The last one before the first element counts.",
        meaning: "The binary XML has several string pools or resource maps: which texts are read depends on the tool"
    }
    XmlNodeHeader = "xml-node-header" {
        android: "Android goes on where the header ends as stated.",
        meaning: "The header of an element has another size than its 16 bytes: tools that take it as 16 bytes read other attributes"
    }
    XmlChunkSize = "xml-chunk-size" {
        android: "A chunk that is not a multiple of four bytes, smaller than its header or longer than the rest ends the document with an error.",
        meaning: "A chunk of the binary XML has an impossible size: Android reads no further"
    }
    XmlAttributeLayout = "xml-attribute-layout" {
        android: "Attributes are found by the stated start and size.",
        meaning: "The attributes of an element do not begin after 20 bytes, or do not take 20 bytes each: tools that assume so read other values"
    }
    XmlAttributesCut = "xml-attributes-overrun" {
        android: "The document is refused.",
        meaning: "An element states more attributes than it has room for"
    }
    XmlElementTrailing = "xml-element-trailing-bytes" {
        android: "Not read.",
        meaning: "An element is longer than its attributes: bytes were hidden in it, or tools are to lose their way"
    }
    XmlInvalidName = "xml-invalid-name" {
        android: "Android compares names and finds attributes by number; it never asks whether a name is well-formed.",
        meaning: "An element or attribute has a name that XML does not allow: tools that write the manifest as text fail on it"
    }
    XmlDecoyAttribute = "xml-decoy-attribute" {
        android: "Found by number: an attribute that is merely named alike is overlooked.",
        meaning: "An attribute bears the name of one of Android's, but not its number: tools that go by names read a value that Android does not"
    }
    XmlRepeatedAttribute = "xml-repeated-attribute" {
        android: "The first one counts.",
        meaning: "An element has the same attribute twice: which value is read depends on the tool"
    }
    XmlUnorderedAttributes = "xml-unordered-attributes" {
        android: "Attributes are searched in ascending order of their numbers; one out of order may not be found.",
        meaning: "The attributes of an element are not in order: Android and tools may read different values"
    }
    XmlSecondRoot = "xml-second-root" {
        android: "What follows the root element is not read.",
        meaning: "A second root element follows the first: tools that read on see another app"
    }
    XmlUnclosed = "xml-unclosed-elements" {
        android: "The end of the data ends the document; newer versions fail on it.",
        meaning: "Elements are not closed at the end, or closed by an end of another name"
    }
    StringsCount = "strings-count" {
        android: "Refused where the index does not fit into the pool; a text beyond it is read from wherever its offset points.",
        meaning: "A string pool states more or fewer texts than its index has room for: tools that trust it read nonsense, or run out of memory"
    }
    StringsStyles = "strings-styles" {
        android: "Refused where the styles do not lie behind the texts.",
        meaning: "A string pool states styles that are not there"
    }
    StringsLayout = "strings-layout" {
        android: "Refused where the texts do not end in a zero or lie outside.",
        meaning: "The texts of a string pool lie outside of it, or do not end as they must"
    }
    ManifestApplications = "manifest-several-applications" {
        android: "The first one counts.",
        meaning: "The manifest has a second element application: tools that take the last one see another app"
    }
    ResourcesRoot = "resources-root" {
        android: "The table is not loaded.",
        meaning: "The resource table does not begin as one, or states a size that it does not have"
    }
    ResourcesTrailing = "resources-trailing-bytes" {
        android: "Not read, or refused where they are no chunk.",
        meaning: "Bytes stand behind the end of the resource table"
    }
    ResourcesUnknownChunk = "resources-unknown-chunk" {
        android: "Stepped over.",
        meaning: "The resource table holds a chunk of a kind that does not exist: tools that do not step over it fail"
    }
    ResourcesSeveralPools = "resources-several-pools" {
        android: "The first string pool counts.",
        meaning: "The resource table has several string pools: which texts are read depends on the tool"
    }
    ResourcesPackageHeader = "resources-package-header" {
        android: "Android goes on where the header ends as stated.",
        meaning: "The header of a package in the resource table has a size that no build tool writes: tools that take its size as fixed lose their way"
    }
    ResourcesPackages = "resources-package-count" {
        android: "More packages than stated are refused.",
        meaning: "The resource table holds another number of packages than it states"
    }
    ResourcesDuplicatePackage = "resources-duplicate-package" {
        android: "The first package of a number counts.",
        meaning: "Two packages of the resource table have the same number: which texts and pictures are shown depends on the tool"
    }
    ResourcesDuplicateType = "resources-duplicate-type" {
        android: "The first one counts.",
        meaning: "The resource table has two sets of values of one type for the same configuration: which are shown depends on the tool"
    }
    ResourcesEntries = "resources-entries-out-of-bounds" {
        android: "The table is not loaded.",
        meaning: "A type of the resource table states more entries than it has room for"
    }
    ResourcesEntry = "resources-entry" {
        android: "The entry is overlooked.",
        meaning: "An entry of the resource table that the manifest uses lies outside of the table"
    }
    ResourcesCycle = "resources-cycle" {
        android: "Android gives up after 20 references.",
        meaning: "A reference in the resource table leads back to itself: tools that follow it never end"
    }
    ResourcesChunkSize = "resources-chunk-size" {
        android: "The table is not loaded.",
        meaning: "A chunk of the resource table has an impossible size"
    }
}
