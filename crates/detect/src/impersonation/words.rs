//! What findings of impersonation say.

use super::brand::Brand;
use super::{label, package};

pub(super) fn package_words(how: package::Likeness, brand: &Brand) -> String {
    let (title, genuine) = (brand.title(), &brand.package);
    match how {
        package::Likeness::Extends => {
            format!("The package name extends that of {title} ({genuine})")
        }
        package::Likeness::Namespace => {
            format!("The package name lies under the maker's prefix of {title} ({genuine})")
        }
        package::Likeness::Typo => {
            format!("The package name is nearly that of {title} ({genuine})")
        }
    }
}

pub(super) fn label_words(how: label::Likeness, label: &str, brand: &Brand) -> String {
    let (title, genuine) = (brand.title(), &brand.package);
    match how {
        label::Likeness::Same => format!("The app is labelled as {title} ({genuine})"),
        label::Likeness::LookAlike => {
            format!("The label \"{label}\" imitates {title} ({genuine}) with other characters")
        }
        label::Likeness::Extended => {
            format!("The label \"{label}\" imitates {title} ({genuine})")
        }
    }
}

pub(super) const FOREIGN: [&str; 3] = [
    "The app was built from its public source by somebody else (an app store that builds itself, \
     a researcher, the person) and signed with their key.",
    "The maker has begun to sign with a new key that this version of Tamarisk does not know yet.",
    "A variant of Android (microG and the like) replaces this app by its own under the same name.",
];

pub(super) const BROKEN: [&str; 3] = [
    "The copy was cut or damaged when it was taken from the phone: compare its size and hash with \
     the phone's.",
    "It is part of the system, where makers move the code out of the package (older Android).",
    "It was changed for analysis, on a phone or by a tool that does not heed signatures.",
];

pub(super) const IMITATION: [&str; 4] = [
    "An open fork or an unofficial client that says openly what it is.",
    "A test version or a companion app by the genuine maker that is not in Tamarisk's list yet.",
    "An unrelated app whose maker chose a name that happens to be alike.",
    "That it came from Google Play or another store is no innocent explanation: imitations of \
     Signal and Telegram were published there.",
];

pub(super) const NEXT: [&str; 4] = [
    "Do not delete the app yet: it is evidence. Put the phone into flight mode and keep the \
     acquisition.",
    "Ask the person where the app came from: who sent the link, and when.",
    "Compare the certificate with the one that the genuine maker publishes; have the APK file \
     analysed (AndroidQF keeps it in apks/).",
    "Check the genuine service for linked devices, and treat its account as known to others until \
     then.",
];

pub(super) const CODE: [&str; 4] = [
    "An open fork, a modified version or an unofficial client that says openly what it is: open \
     source may be built by anybody.",
    "An app store that builds the app itself, under another package name.",
    "A test version or a companion app by the genuine maker, signed with a key that is not in \
     Tamarisk's list yet.",
    "Some of what counts as the genuine app's own code is a library that others use too: see which \
     classes the brand's file names as its own.",
];

pub(super) const PARTS: [&str; 3] = [
    "The genuine app that was noted was another build of it: stores hand out builds with libraries, \
     languages or features of their own, also under one version code.",
    "The maker added the part in a version that is not noted here.",
    "The phone's maker or a store added it with the app maker's consent (apps that come with a \
     phone).",
];
