//! The folders of the zoo are what the code here makes of them, and each is refused under its name.

use crate::support::attacks::{attacks, zoo};
use crate::support::{NOW, at, everything};
use advisory::{Limits, Trusted, update};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every file below a folder, by its path in it.
fn below(folder: &Path, at: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{at}{}", entry.file_name().to_str().unwrap());
        match entry.file_type().unwrap().is_dir() {
            true => below(&entry.path(), &format!("{path}/"), files),
            false => drop(files.insert(path, fs::read(entry.path()).unwrap())),
        }
    }
}

/// `UPDATE_ZOO=1 cargo test -p advisory --test zoo` writes the folders anew. Signatures are made by keys
/// whose seeds are hashes of names, so the same bytes come out each time.
#[test]
fn each_attack_lies_in_a_folder_of_its_own() {
    for attack in attacks() {
        let folder = zoo().join(attack.name);
        if std::env::var_os("UPDATE_ZOO").is_some() {
            let _ = fs::remove_dir_all(&folder);
            for (path, bytes) in attack.files() {
                fs::create_dir_all(folder.join(&path).parent().unwrap()).unwrap();
                fs::write(folder.join(path), bytes).unwrap();
            }
        }
        let mut there = BTreeMap::new();
        below(&folder, "", &mut there);
        assert!(there == attack.files(), "{}: refresh it with UPDATE_ZOO=1", attack.name);
    }
    let mut made: Vec<&str> = attacks().iter().map(|attack| attack.name).collect();
    made.sort_unstable();
    let mut lying: Vec<String> = fs::read_dir(zoo())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    lying.sort_unstable();
    assert_eq!(lying, made);
}

#[test]
fn each_is_refused_by_its_name_and_changes_nothing_that_was_known() {
    for attack in attacks() {
        let mut trusted = Trusted::new(attack.root.clone());
        if let Some(known) = &attack.known {
            update(&mut trusted, &mut known.clone(), &Limits::default(), at(NOW)).unwrap();
        }
        let before = trusted.clone();
        let refusal = everything(&mut trusted, &attack.mirror).unwrap_err();
        assert_eq!((refusal.code, &*refusal.role), (attack.code, attack.role), "{}", attack.name);
        if attack.known.is_some() {
            assert_eq!(trusted, before, "{}", attack.name);
        }
    }
}
