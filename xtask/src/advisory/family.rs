//! Families: their names, what they are in one line, since when they are known to be in use.

/// The families that a name of the table stands for.
pub(super) fn of(name: &str) -> Vec<&str> {
    match name {
        "BADBAZAAR/BADSIGNAL/BADSOLAR" => vec!["BADBAZAAR", "BADSIGNAL", "BADSOLAR"],
        "BADBAZAAR+BADSOLAR" => vec!["BADBAZAAR", "BADSOLAR"],
        other => vec![other],
    }
}

/// What a family is, in our words; facts from behaviours.md.
pub(super) fn description(name: &str) -> &'static str {
    match name {
        "BADBAZAAR" => {
            "Android spyware inside of working lure apps; fetches its second stage from a server."
        }
        "BADSIGNAL" => {
            "Android spyware built from the source code of Signal and Telegram; links a victim's \
             account to the operator's device."
        }
        "BADSOLAR" => "Android spyware that loads a second-stage JAR.",
        "MOONSHINE" => {
            "Exploit kit for browsers inside of Android apps, and the implant it plants."
        }
        "DARKNIMBUS" => {
            "Android spyware, also named DarkNights; planted by MOONSHINE or by hijacked updates."
        }
        "DARKNIMBUS (Windows)" => "The Windows form of DARKNIMBUS.",
        "DKnife" => "Framework on gateways that hijacks updates of Android and Windows software.",
        "DKnife/ShadowPad/WizardNet toolset" => {
            "Files and hosts of gateways and desktops published together with DKnife."
        }
        "EvilBamboo" => "Activity against Tibetans, Uyghurs and Taiwanese; its hosts and personas.",
        "Evil Eye" => "Activity against Uyghurs by watering holes; its hosts.",
        "POISON CARP" => "Activity against Tibetans by one-click exploits; its hosts and links.",
        "POISON CARP iOS implant" => "The iOS implant of the POISON CARP activity.",
        "INSOMNIA (Evil Eye iOS)" => "iOS implant of the Evil Eye activity.",
        "ActionSpy" => "Android spyware of the Evil Eye activity.",
        "PluginPhantom" => "Android spyware of the Evil Eye activity.",
        "JMASK (EvilBamboo profiling JS)" => "JavaScript that profiles visitors of a web page.",
        "GREF kin 2020 (SilkBean/DoubleAgent/CarbonSteal/GoldenEagle)" => {
            "Hosts of four Android families published together in 2020."
        }
        "unconfirmed (fake Telegram)" => {
            "Hosts of imitations of Telegram that no published report assigns to a family."
        }
        _ => "A family named by the sources of its indicators.",
    }
}

/// First day on which a family is known to have been in use, where behaviours.md tells it.
pub(super) fn in_use_since(name: &str) -> Option<&'static str> {
    Some(match name {
        "BADBAZAAR" => "2018-10-01", // 1.15: samples since late 2018
        "BADSIGNAL" => "2020-01-01", // 2.2: FlyGram from 2020 on
        "MOONSHINE" => "2018-11-01", // 4.1: first attempts in November 2018
        "POISON CARP" => "2018-11-01",
        "DARKNIMBUS" => "2018-01-01", // 5.4: developed since 2018
        _ => return None,
    })
}
