//! Labels of honest neighbours and of imitations, a row each in `tests/data/labels.tsv`.

use crate::support::{described, installed, judge, stream};
use detect::Brands;
use model::{BecauseKind, Strength};

#[test]
fn every_row_of_labels_is_judged_as_it_says() {
    let table = include_str!("../data/labels.tsv");
    let brands = Brands::builtin();
    let mut problems = Vec::new();
    let mut rows = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [package, label, brand, why] = columns[..] else { panic!("not four columns: {line}") };
        rows += 1;
        // From Google Play, which clears nothing; signed by its maker where it is a genuine app
        // of the list, else by some key of its own.
        let genuine = brands.named(package).and_then(|brand| brand.certificates.first());
        let signer = genuine.cloned().unwrap_or_else(|| "5".repeat(64));
        let facts = vec![
            installed(package, 0, Some("com.android.vending")),
            described(package, label, Some(&signer)),
        ];
        let found = judge(&stream(facts));
        let told: Vec<_> =
            found.iter().filter(|f| f.because.kind == BecauseKind::Impersonation).collect();
        let expected = (brand != "-").then(|| format!("brand:{brand}"));
        let is: Vec<_> = told.iter().map(|f| f.because.id.clone()).collect();
        if is != expected.into_iter().collect::<Vec<_>>()
            || told.iter().any(|f| f.strength != Strength::Review)
        {
            problems.push(format!("{package} \"{label}\" ({why}): {is:?}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(rows > 60, "only {rows} rows were read");
}
