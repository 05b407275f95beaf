//! Facts as STIX objects, for patterns that ask for more than one value.
//!
//! Properties are those of STIX 2.1, section 6, and of the dialect that the field uses for what
//! STIX has no object for (`app:id`, `app:cert.*`, `android-property:name`): see
//! docs/design/lists.md. A reference is the place of the other object in the list.

use super::Fact;
use crate::{AtomKind, normal};
use std::borrow::Cow;

/// One object: its type and properties.
#[derive(Clone, Debug, PartialEq)]
pub struct Object<'a> {
    /// `domain-name`, `app` …
    pub kind: &'static str,
    /// Name and value, in no particular order.
    pub properties: Vec<(&'static str, Property<'a>)>,
}

/// The value of a property.
#[derive(Clone, Debug, PartialEq)]
pub enum Property<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Bool(bool),
    /// Named values (`hashes`, `cert`).
    Dict(Vec<(&'static str, Cow<'a, str>)>),
    /// A list of texts.
    List(Vec<Cow<'a, str>>),
    /// Another object of the same list, by its place.
    Reference(usize),
}

/// Types of objects that facts become, each with the properties that any fact states.
pub const OBJECT_TYPES: &[(&str, &[&str])] = &[
    ("android-property", &["name", "value"]),
    ("app", &["id", "name", "version", "version_code", "installer", "system", "cert", "path"]),
    ("directory", &["path"]),
    ("domain-name", &["value"]),
    ("file", &["name", "path", "size", "hashes", "parent_directory_ref"]),
    ("ipv4-addr", &["value"]),
    ("ipv6-addr", &["value"]),
    ("network-traffic", &["dst_ref", "dst_port", "protocols", "dst_byte_count", "src_byte_count"]),
    ("process", &["name", "pid", "command_line", "cwd", "image_ref"]),
    ("software", &["name", "version"]),
    ("url", &["value"]),
    ("user-account", &["account_type", "account_login", "display_name", "user_id"]),
    (
        "x509-certificate",
        &["hashes", "subject", "issuer", "validity_not_before", "validity_not_after"],
    ),
];

type Objects<'a> = Vec<Object<'a>>;

fn text<'a>(value: &'a str) -> Property<'a> {
    Property::Text(Cow::Borrowed(value))
}

/// Properties of which some may not be stated.
fn stated<'a>(
    list: impl IntoIterator<Item = (&'static str, Option<Property<'a>>)>,
) -> Vec<(&'static str, Property<'a>)> {
    list.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn optional(value: &Option<String>) -> Option<Property<'_>> {
    value.as_deref().map(text)
}

fn app<'a>(package: &'a str, more: Vec<(&'static str, Property<'a>)>, into: &mut Objects<'a>) {
    if !package.is_empty() {
        let mut properties = vec![("id", text(package))];
        properties.extend(more);
        into.push(Object { kind: "app", properties });
    }
}

/// Hashes by the names of STIX, in normal form.
fn hashes<'a>(
    sha256: &'a Option<String>,
    sha1: &'a Option<String>,
    md5: &'a Option<String>,
) -> Option<Property<'a>> {
    let of = |value: &'a Option<String>, digits| normal::hex(value.as_deref()?, digits);
    let all = [("SHA-256", of(sha256, 64)), ("SHA-1", of(sha1, 40)), ("MD5", of(md5, 32))];
    let known: Vec<_> = all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    (!known.is_empty()).then_some(Property::Dict(known))
}

/// A file and the folder it lies in.
fn file<'a>(
    path: Option<&'a str>,
    name: Option<&'a str>,
    size: Option<u64>,
    hashes: Option<Property<'a>>,
    into: &mut Objects<'a>,
) {
    let name = name.or(path).and_then(normal::file_name);
    let folder = path.and_then(|path| path.trim_end_matches('/').rsplit_once('/'));
    let folder = folder.map(|(folder, _)| if folder.is_empty() { "/" } else { folder });
    let size = size.and_then(|size| i64::try_from(size).ok());
    let parent = folder.map(|_| Property::Reference(into.len() + 1));
    into.push(Object {
        kind: "file",
        properties: stated([
            ("name", name.map(text)),
            ("path", path.map(text)),
            ("size", size.map(Property::Integer)),
            ("hashes", hashes),
            ("parent_directory_ref", parent),
        ]),
    });
    if let Some(folder) = folder {
        into.push(Object { kind: "directory", properties: vec![("path", text(folder))] });
    }
}

/// A host or address, as the object that it is.
fn host(raw: &str) -> Option<Object<'_>> {
    let atom = normal::host(raw)?;
    let kind = match atom.kind {
        AtomKind::Ipv4 => "ipv4-addr",
        AtomKind::Ipv6 => "ipv6-addr",
        _ => "domain-name",
    };
    Some(Object { kind, properties: vec![("value", Property::Text(atom.value))] })
}

/// Traffic to a host or address.
fn traffic<'a>(
    to: Option<Object<'a>>,
    port: Option<u32>,
    protocol: &'static str,
    into: &mut Objects<'a>,
) {
    let Some(to) = to else { return };
    into.push(to);
    let port = port.map(|port| Property::Integer(i64::from(port)));
    into.push(Object {
        kind: "network-traffic",
        properties: stated([
            ("dst_ref", Some(Property::Reference(into.len() - 1))),
            ("dst_port", port),
            ("protocols", Some(Property::List(vec![protocol.into()]))),
        ]),
    });
}

impl Fact {
    /// Types of the objects that [`Fact::objects`] gives for this fact, so that nothing is built
    /// where no pattern asks for any of them.
    #[must_use]
    pub fn object_types(&self) -> &'static [&'static str] {
        match self {
            Fact::AppInstalled(_) => &["app", "software"],
            Fact::AppFile(_) => &["app", "file", "directory"],
            Fact::AppSigned(_) => &["app", "x509-certificate"],
            Fact::AppDescribed(_) => &["app", "file", "software", "x509-certificate"],
            Fact::ProcessRunning(_) => &["process", "file", "directory"],
            Fact::ProcessEnded(_) => &["process", "app"],
            Fact::PropertySet(_) => &["android-property"],
            Fact::RootBinaryFound(_) | Fact::FileSeen(_) | Fact::FileHashed(_) => {
                &["file", "directory"]
            }
            Fact::LinkSeen(_) => &["url", "domain-name", "ipv4-addr", "ipv6-addr", "app"],
            Fact::EndpointContacted(_) => {
                &["domain-name", "ipv4-addr", "ipv6-addr", "network-traffic", "app"]
            }
            Fact::AccountPresent(_) => &["user-account", "app"],
            Fact::DataTransferred(_) => &["app", "network-traffic"],
            Fact::SecurityEvent(_)
            | Fact::AppUpdated(_)
            | Fact::PermissionRequested(_)
            | Fact::PermissionGranted(_)
            | Fact::PermissionUsed(_)
            | Fact::OpModeSet(_)
            | Fact::ComponentDeclared(_)
            | Fact::AccessibilityService(_)
            | Fact::AppTraced(_)
            | Fact::ComponentRan(_)
            | Fact::PrivilegeHeld(_)
            | Fact::InstallEvent(_)
            | Fact::CodeCompiled(_) => &["app"],
            _ => &[],
        }
    }

    /// This fact as STIX objects that were seen together.
    #[must_use]
    pub fn objects(&self) -> Vec<Object<'_>> {
        let mut all = Vec::new();
        match self {
            Fact::AppInstalled(f) => {
                let code = f.version_code.map(Property::Integer);
                let more = stated([
                    ("version", optional(&f.version_name)),
                    ("version_code", code),
                    ("installer", optional(&f.installer)),
                    ("system", f.system.map(Property::Bool)),
                    ("path", optional(&f.code_path)),
                ]);
                app(&f.package, more, &mut all);
                let version = ("version", optional(&f.version_name));
                let properties = stated([("name", Some(text(&f.package))), version]);
                all.push(Object { kind: "software", properties });
            }
            Fact::AppFile(f) => {
                app(&f.package, Vec::new(), &mut all);
                let hashes = hashes(&f.sha256, &f.sha1, &f.md5);
                file(f.path.as_deref(), None, None, hashes, &mut all);
            }
            Fact::AppSigned(f) => {
                let of = |value: &Option<String>, digits| {
                    normal::hex(value.as_deref()?, digits).map(|hex| Cow::Owned(hex.into_owned()))
                };
                let cert: Vec<(&'static str, Cow<'_, str>)> = [
                    ("sha256", of(&f.cert_sha256, 64)),
                    ("sha1", of(&f.cert_sha1, 40)),
                    ("md5", of(&f.cert_md5, 32)),
                    ("subject", f.cert_subject.as_deref().map(Cow::Borrowed)),
                ]
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect();
                app(&f.package, vec![("cert", Property::Dict(cert))], &mut all);
                all.push(Object {
                    kind: "x509-certificate",
                    properties: stated([
                        ("hashes", hashes(&f.cert_sha256, &f.cert_sha1, &f.cert_md5)),
                        ("subject", optional(&f.cert_subject)),
                        ("issuer", optional(&f.cert_issuer)),
                        ("validity_not_before", optional(&f.not_before)),
                        ("validity_not_after", optional(&f.not_after)),
                    ]),
                });
            }
            Fact::AppDescribed(f) => {
                let code = f.version_code.map(Property::Integer);
                let more = stated([
                    ("name", optional(&f.label)),
                    ("version", optional(&f.version_name)),
                    ("version_code", code),
                ]);
                app(&f.package, more, &mut all);
                file(None, None, None, hashes(&f.sha256, &f.sha1, &f.md5), &mut all);
                if let Some(label) = &f.label {
                    let version = ("version", optional(&f.version_name));
                    let properties = stated([("name", Some(text(label))), version]);
                    all.push(Object { kind: "software", properties });
                }
                for signer in f.signers.iter().filter_map(|one| normal::hex(one, 64)) {
                    let hashes = Property::Dict(vec![("SHA-256", signer)]);
                    let properties = vec![("hashes", hashes)];
                    all.push(Object { kind: "x509-certificate", properties });
                }
            }
            Fact::ProcessRunning(f) => {
                let line = (!f.command_line.is_empty()).then(|| f.command_line.join(" "));
                let image = f.path.as_ref().map(|_| Property::Reference(1));
                let pid = f.pid.map(|pid| Property::Integer(i64::from(pid)));
                all.push(Object {
                    kind: "process",
                    properties: stated([
                        ("name", normal::file_name(&f.name).map(text)),
                        ("pid", pid),
                        ("command_line", line.map(|line| Property::Text(line.into()))),
                        ("cwd", optional(&f.cwd)),
                        ("image_ref", image),
                    ]),
                });
                if let Some(path) = &f.path {
                    file(Some(path), None, None, None, &mut all);
                }
            }
            Fact::ProcessEnded(f) => {
                let pid = f.pid.map(|pid| Property::Integer(i64::from(pid)));
                let name = normal::file_name(&f.process).map(text);
                let properties = stated([("name", name), ("pid", pid)]);
                all.push(Object { kind: "process", properties });
                app(f.package.as_deref().unwrap_or(""), Vec::new(), &mut all);
            }
            Fact::PropertySet(f) => {
                let properties = vec![("name", text(&f.name)), ("value", text(&f.value))];
                all.push(Object { kind: "android-property", properties });
            }
            Fact::RootBinaryFound(f) => file(Some(&f.path), None, None, None, &mut all),
            Fact::FileSeen(f) => {
                let hashes = hashes(&f.sha256, &f.sha1, &f.md5);
                file(Some(&f.path), None, f.size, hashes, &mut all);
            }
            Fact::FileHashed(f) => {
                let sha256 = normal::hex(&f.sha256, 64).map(|hex| vec![("SHA-256", hex)]);
                file(None, Some(&f.name), Some(f.size), sha256.map(Property::Dict), &mut all);
            }
            Fact::LinkSeen(f) => {
                if let Some(url) = f.url.as_deref().and_then(normal::url) {
                    let properties = vec![("value", Property::Text(url.into()))];
                    all.push(Object { kind: "url", properties });
                }
                all.extend(host(&f.host));
                app(f.package.as_deref().unwrap_or(""), Vec::new(), &mut all);
            }
            Fact::EndpointContacted(f) => {
                let protocol = match f.via.as_str() {
                    "dns" => "dns",
                    "tls" => "tls",
                    "http" => "http",
                    _ => "tcp",
                };
                for one in f.host.iter().chain(&f.addresses) {
                    traffic(host(one), f.port, protocol, &mut all);
                }
                app(f.package.as_deref().unwrap_or(""), Vec::new(), &mut all);
            }
            Fact::AccountPresent(f) => {
                let properties = stated([
                    ("account_type", Some(text(&f.account_type))),
                    ("account_login", optional(&f.name)),
                    ("display_name", optional(&f.name)),
                ]);
                all.push(Object { kind: "user-account", properties });
                app(&f.package, Vec::new(), &mut all);
            }
            Fact::DataTransferred(f) => {
                let count = |bytes: u64| i64::try_from(bytes).ok().map(Property::Integer);
                app(&f.package, Vec::new(), &mut all);
                all.push(Object {
                    kind: "network-traffic",
                    properties: stated([
                        ("src_byte_count", count(f.tx_bytes)),
                        ("dst_byte_count", count(f.rx_bytes)),
                    ]),
                });
            }
            Fact::InstallEvent(f) => {
                let code = f.version_code.map(Property::Integer);
                let more = stated([
                    ("version", optional(&f.version_name)),
                    ("version_code", code),
                    ("installer", optional(&f.installer)),
                ]);
                app(&f.package, more, &mut all);
            }
            Fact::SecurityEvent(f) => {
                app(f.package.as_deref().unwrap_or(""), Vec::new(), &mut all);
            }
            Fact::AppUpdated(f) => app(&f.package, Vec::new(), &mut all),
            Fact::PermissionRequested(f) => app(&f.package, Vec::new(), &mut all),
            Fact::PermissionGranted(f) => app(&f.package, Vec::new(), &mut all),
            Fact::PermissionUsed(f) => app(&f.package, Vec::new(), &mut all),
            Fact::OpModeSet(f) => app(&f.package, Vec::new(), &mut all),
            Fact::ComponentDeclared(f) => app(&f.package, Vec::new(), &mut all),
            Fact::AccessibilityService(f) => app(&f.package, Vec::new(), &mut all),
            Fact::AppTraced(f) => app(&f.package, Vec::new(), &mut all),
            Fact::ComponentRan(f) => app(&f.package, Vec::new(), &mut all),
            Fact::PrivilegeHeld(f) => app(&f.package, Vec::new(), &mut all),
            Fact::CodeCompiled(f) => app(&f.package, Vec::new(), &mut all),
            // Settings, mounts, users and keys are nothing that STIX has an object for.
            _ => {}
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::{AppInstalled, EndpointContacted, FileSeen};

    #[test]
    fn objects_have_only_what_is_told_of_them() {
        let facts: [Fact; 3] = [
            AppInstalled { package: "org.example".into(), ..Default::default() }.into(),
            FileSeen { path: "/data/x/a.jar".into(), size: Some(3), ..Default::default() }.into(),
            EndpointContacted {
                host: Some("c2.example".into()),
                addresses: vec!["203.0.113.7".into()],
                port: Some(443),
                via: "tls".into(),
                ..Default::default()
            }
            .into(),
        ];
        for fact in &facts {
            for object in fact.objects() {
                assert!(fact.object_types().contains(&object.kind), "{}", object.kind);
                let (_, known) =
                    OBJECT_TYPES.iter().find(|(kind, _)| *kind == object.kind).unwrap();
                assert!(object.properties.iter().all(|(name, _)| known.contains(name)));
            }
        }
        let objects = facts[1].objects();
        assert_eq!(
            objects[0].properties.last(),
            Some(&("parent_directory_ref", Property::Reference(1)))
        );
        assert_eq!(objects[1].properties, [("path", text("/data/x"))]);
        let objects = facts[2].objects();
        assert_eq!(objects[1].kind, "network-traffic");
        assert_eq!(objects[1].properties[0], ("dst_ref", Property::Reference(0)));
        assert_eq!(objects[3].properties[0], ("dst_ref", Property::Reference(2)));
    }
}
