//! Facts from reading packages and their code.

use super::kind;

kind! {
    /// Something odd in a package that Android overlooks or that misleads tools; what each kind is
    /// stands in `docs/design/anomalies.md`.
    PackageAnomaly {
        /// Package name; empty where it could not be read.
        package: String,
        /// Which anomaly (`zip-janus-dex` …).
        id: String,
        /// The member concerned; absent where it is the zip as a whole.
        member: Option<String>,
        /// Byte of the file for anomalies of the zip, of the inflated member for others.
        offset: u64,
        /// What it may mean.
        meaning: String,
    }
    /// A native library in a package.
    NativeLibrary {
        /// Package name.
        package: String,
        /// Its member (`lib/arm64-v8a/libx.so`).
        member: String,
        /// ABI by its folder.
        abi: String,
        /// GNU build id.
        build_id: Option<String>,
        /// Libraries that it needs.
        needed: Vec<String>,
        /// Functions that Java calls by name.
        jni: Vec<String>,
    }
    /// The hash of a file inside a package.
    PackageMember {
        /// Package name.
        package: String,
        /// Its path in the package.
        member: String,
        /// Size in bytes, inflated.
        size: u64,
        /// SHA-256, inflated.
        sha256: String,
    }
    /// A chain of calls leads from where Android calls into an app to a call that shows an ability.
    /// Reachability: nothing shows that the chain was ever taken, nor that data flows along it.
    CodeReaches {
        /// Package name.
        package: String,
        /// The ability: a page of `rules/capabilities/`.
        ability: String,
        /// What it is for: `collect`, `send`, `load`, `control`, `hide` or `persist`.
        role: String,
        /// Technique of ATT&CK Mobile.
        technique: String,
        /// What starts the chain: `activity`, `service`, `receiver`, `provider` or `application`.
        trigger: String,
        /// Whether a person sees what starts it (`activity`).
        seen: bool,
        /// Class that the manifest names.
        component: String,
        /// The methods on the way: class, method, and the code unit at which it goes on
        /// (`org.example.Main.onCreate+001c`), at most 40; what is between is told by `…`.
        path: Vec<String>,
        /// What stands at its end, as the page names it.
        call: String,
        /// Member of the APK that holds the last step.
        member: String,
        /// What that shows: `reachability`, never data flow; for who reads records alone.
        shows: Option<String>,
    }
    /// A text, class, address or certificate of interest stands in an app: in its code, or an address
    /// or certificate in its resources, native libraries or other files.
    CodeContains {
        /// Package name.
        package: String,
        /// `text`, `class`, `method`, `host`, `url` or `certificate`.
        what: String,
        /// How it is covered: `base64`, `hex` or `xor`; absent where it stands as it is.
        cover: Option<String>,
        /// It, as it stands; a host in normal form; of a certificate the SHA-256.
        value: String,
        /// The port of a host or URL, where stated.
        port: Option<u32>,
        /// Member of the APK.
        member: String,
    }
    /// Which classes and method bodies the code of a package holds, as samples that can be compared
    /// with those of other packages.
    CodeSketch {
        /// Package name.
        package: String,
        /// Distinct names of classes.
        classes: u64,
        /// The sample of them: [`crate::Sketch`] as text.
        class_sketch: String,
        /// Distinct bodies of methods that are long enough to be told apart.
        bodies: u64,
        /// The sample of them.
        body_sketch: String,
    }
    /// A file of code in a package, wherever in it.
    CodeFile {
        /// Package name.
        package: String,
        /// Its path in the package; in an archive inside the package `archive!/member`.
        member: String,
        /// What it is: `dex`, `vdex`, `odex` or `oat`.
        format: String,
        /// SHA-256 of its bytes.
        sha256: String,
        /// TLSH of its bytes (128 buckets, one byte of checksum), where Android does not load it at
        /// the start and it is long enough.
        tlsh: Option<String>,
        /// Whether Android loads it when the app starts (`classes.dex`, `classes2.dex` …).
        loaded: bool,
        /// Classes that it defines, as far as it is read.
        classes: u64,
    }
    /// A YARA rule that the user gave matched a file, or a part of an app.
    YaraMatched {
        /// Package of the app that the file is; absent for other files.
        package: Option<String>,
        /// Name of the file, without folders.
        file: String,
        /// The part of the file whose bytes were matched (a member of the APK, inflated); absent
        /// where it is the file as it lies.
        member: Option<String>,
        /// SHA-256 of the bytes that were matched, lower-case hex.
        sha256: String,
        /// Name of the rule.
        rule: String,
        /// The file of rules that it stands in, as named below what was given.
        rules: String,
        /// SHA-256 of that file, lower-case hex.
        rules_sha256: String,
        /// Tags of the rule, in its order.
        tags: Vec<String>,
        /// What the rule's metadata calls `author`.
        author: Option<String>,
        /// What it calls `description`.
        description: Option<String>,
        /// What it calls `reference`, `references`, `url` or `source`, in its order.
        references: Vec<String>,
        /// What it calls `strength`.
        strength: Option<String>,
        /// All other metadata, each as `name = value`.
        meta: Vec<String>,
        /// Where its strings matched, in the order of the rule and of their places, the first 20:
        /// `$name at OFFSET, LENGTH bytes: "excerpt"`; offsets count from the start of the bytes
        /// that were matched.
        strings: Vec<String>,
        /// How many such places there are in all.
        strings_total: u64,
    }
}
