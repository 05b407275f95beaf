//! Extensions: those that the specification defines, those that an extension definition defines,
//! and others.

use super::Code;
use super::form;
use super::object::{Checker, Custom};
use super::table::{Edition, vocabulary};
use crate::json::{Data, Member, Node};

impl Checker<'_, '_> {
    /// Section 3.2 and 7.3; 2.0, part 3, section 3.
    pub(super) fn extensions(&mut self, node: &Node<'_>, of: Option<&str>) {
        let Data::Dict(members) = &node.data else { return self.wrong_type(node, "an object") };
        self.not_empty(node);
        for member in members {
            self.at(&format!(".{}", member.key), |checker| checker.extension(member, of));
        }
    }

    fn extension(&mut self, member: &Member<'_>, of: Option<&str>) {
        let Member { key, value, .. } = member;
        if !matches!(value.data, Data::Dict(_)) {
            return self.wrong_type(value, "an object");
        }
        self.not_empty(value);
        let of = of.filter(|of| self.tables.types.contains_key(of));
        let mut defined = self.tables.extensions.iter().filter(|((_, name), _)| *name == *key);
        let known = match of {
            Some(of) => defined.find(|((of_type, _), _)| *of_type == of),
            // Objects of custom types may have any extension by these names.
            None if defined.next().is_some() => return,
            None => None,
        };
        if let Some((_, shape)) = known {
            let custom = std::mem::replace(&mut self.custom, Custom::Advised);
            self.shapes(value, &[shape], None);
            self.custom = custom;
            return self.extension_details(key, value);
        }
        match self.edition {
            Edition::V21 if key.starts_with("extension-definition--") => {
                self.reference(value, key, &["extension-definition"]);
                for member in value.members() {
                    self.at(&format!(".{}", member.key), |checker| {
                        checker.is_empty(&member.value);
                    });
                }
                match value.property("extension_type") {
                    None => self.missing(value, "extension_type"),
                    Some(kind) => {
                        let known = vocabulary("extension-type-enum");
                        let fits =
                            kind.text().is_some_and(|text| known.is_some_and(|k| k.contains(text)));
                        if !fits {
                            self.at(".extension_type", |checker| {
                                let message = "none of the values of extension-type-enum";
                                checker.must(Code::NotInEnumeration, kind, message);
                            });
                        }
                    }
                }
            }
            Edition::V21 => {
                if !is_extension_name(key) {
                    let message = "extensions have the id of their definition, or a name in -ext";
                    return self.must(Code::BadExtension, value, message);
                }
                let message = "a custom extension; it should come by an extension definition";
                self.should(Code::CustomExtension, value, message);
            }
            Edition::V20 => {
                let prefixed = key.strip_prefix("x-").is_some_and(|rest| {
                    rest.strip_suffix("-ext").is_some_and(|middle| middle.contains('-'))
                });
                if !prefixed {
                    let message = "a custom extension; its name should be x-SOURCE-NAME-ext";
                    self.should(Code::CustomExtension, value, message);
                }
            }
        }
    }

    /// What a table does not say of extensions that the specification defines.
    fn extension_details(&mut self, name: &str, value: &Node<'_>) {
        let keys = |property: &str| value.property(property).map_or(&[][..], Node::members);
        match name {
            "pdf-ext" => {
                for member in keys("document_info_dict") {
                    let known = vocabulary("pdf-document-information");
                    if !known.is_some_and(|known| known.contains(member.key.as_ref())) {
                        let message = "not a key of PDF's document information dictionary";
                        self.at(".document_info_dict", |checker| {
                            checker.should(Code::KeyForm, &member.value, message);
                        });
                    }
                }
            }
            "http-request-ext" => {
                for member in keys("request_header") {
                    let known = vocabulary("http-request-header");
                    let key = member.key.as_ref();
                    if !known.is_some_and(|all| all.iter().any(|one| one.eq_ignore_ascii_case(key)))
                    {
                        let message = "not a registered header of HTTP requests";
                        self.at(".request_header", |checker| {
                            checker.should(Code::KeyForm, &member.value, message);
                        });
                    }
                }
            }
            "socket-ext" => {
                for member in keys("options") {
                    let families =
                        ["SO_", "ICMP_", "ICMP6_", "IP_", "IPV6_", "MCAST_", "TCP_", "IRLMP_"];
                    let capital =
                        member.key.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
                    let fits = families.iter().any(|one| member.key.starts_with(one)) && capital;
                    if !fits {
                        let message = "not the name of a socket option";
                        self.at(".options", |checker| {
                            checker.must(Code::BadPropertyName, &member.value, message);
                        });
                    }
                }
            }
            _ => {}
        }
    }

    /// Section 7.3.
    pub(super) fn extension_definition(&mut self, node: &Node<'_>) {
        let types = node.property("extension_types").map_or(&[][..], Node::items);
        let toplevel = types.iter().any(|one| one.text() == Some("toplevel-property-extension"));
        match (toplevel, node.property("extension_properties")) {
            (true, None) => {
                let message = "`extension_properties` should name the properties it adds";
                self.should(Code::PropertyCombinationAdvised, node, message);
            }
            (false, Some(properties)) => {
                let message = "`extension_properties` is only for toplevel-property-extension";
                self.must(Code::PropertyCombination, properties, message);
            }
            _ => {}
        }
    }
}

/// `NAME-ext`, of small letters, digits and hyphens.
fn is_extension_name(key: &str) -> bool {
    key.strip_suffix("-ext").is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && form::broken("relationship-type", name).is_none()
    })
}
