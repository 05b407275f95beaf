//! Constants covered by XOR, in programs assembled by Debian's smali: each way beside one that looks
//! alike and hides nothing.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.
#![allow(clippy::print_stdout)] // What is skipped is told.

use abilities::uncovered;
use dex::Dex;

const HIDDEN: &str = "https://relay.example.org:8443/up";

/// The text under a key, as smali writes it.
fn covered(key: &[u8]) -> Vec<u8> {
    HIDDEN.bytes().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
}

fn literal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\u{:04x}", byte)).collect()
}

fn table(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("        {:#x}t\n", *byte)).collect()
}

/// `for (i = 0; i < a.length; i++) a[i] ^= KEY`, with this operation and this end of the loop.
fn over_array(class: &str, operation: &str, jump: &str) -> String {
    format!(
        "
.class public L{class};
.super Ljava/lang/Object;
.method public static open([B)[B
    .registers 5
    array-length v0, p0
    const/4 v1, 0x0
    :again
    if-ge v1, v0, :done
    aget-byte v2, p0, v1
    {operation}
    int-to-byte v2, v2
    aput-byte v2, p0, v1
    add-int/lit8 v1, v1, 0x1
    {jump}
    :done
    return-object p0
.end method
"
    )
}

/// A class that hands the array to `open` of another.
fn hands_array(class: &str, decoder: &str, bytes: &[u8]) -> String {
    format!(
        "
.class public L{class};
.super Ljava/lang/Object;
.method public static use()V
    .registers 3
    const/16 v0, {:#x}
    new-array v0, v0, [B
    fill-array-data v0, :data
    invoke-static {{v0}}, L{decoder};->open([B)[B
    return-void
    :data
    .array-data 1
{}    .end array-data
.end method
",
        bytes.len(),
        table(bytes)
    )
}

/// `open(String text, String key)`: each character with the key's, which is repeated.
const OVER_TEXTS: &str = "
.class public Lb/Open;
.super Ljava/lang/Object;
.method public static open(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;
    .registers 9
    new-instance v0, Ljava/lang/StringBuilder;
    invoke-direct {v0}, Ljava/lang/StringBuilder;-><init>()V
    const/4 v1, 0x0
    :again
    invoke-virtual {p0}, Ljava/lang/String;->length()I
    move-result v2
    if-ge v1, v2, :done
    invoke-virtual {p1}, Ljava/lang/String;->length()I
    move-result v2
    rem-int v2, v1, v2
    invoke-virtual {p1, v2}, Ljava/lang/String;->charAt(I)C
    move-result v2
    invoke-virtual {p0, v1}, Ljava/lang/String;->charAt(I)C
    move-result v3
    xor-int/2addr v2, v3
    int-to-char v2, v2
    invoke-virtual {v0, v2}, Ljava/lang/StringBuilder;->append(C)Ljava/lang/StringBuilder;
    add-int/lit8 v1, v1, 0x1
    goto :again
    :done
    invoke-virtual {v0}, Ljava/lang/StringBuilder;->toString()Ljava/lang/String;
    move-result-object v0
    return-object v0
.end method
";

fn hands_texts(class: &str, method: &str, text: &str, key: &str) -> String {
    format!(
        "
.class public L{class};
.super Ljava/lang/Object;
.method public static use()V
    .registers 3
    const-string v0, \"{text}\"
    const-string v1, \"{key}\"
    invoke-static {{v0, v1}}, {method}(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;
    return-void
.end method
"
    )
}

fn found(classes: &[&str]) -> Option<Vec<String>> {
    let bytes = testkit::smali::assemble(classes, 30)?;
    let files = Dex::all(&bytes).unwrap();
    assert_eq!(files[0].problems(), []);
    let mut all = Vec::new();
    uncovered(&files, &mut |_, text| all.push(text.to_owned()));
    Some(all)
}

#[test]
fn each_way_is_found_and_what_looks_alike_is_not() {
    const XOR: &str = "xor-int/lit8 v2, v2, 0x5a";
    let open = over_array("a/Open", XOR, "goto :again");
    let signed = over_array("a/Open", "xor-int/lit8 v2, v2, -0x3b", "goto :again");
    let register =
        over_array("a/Open", "const/16 v3, 0x5a\n    xor-int/2addr v2, v3", "goto :again");
    let hex: String = covered(b"\x5a").iter().map(|byte| format!("{byte:02x}")).collect();
    let key = "k3y!";
    let text = literal(&covered(key.as_bytes()));
    let other_open = "Lb/Open;->open";
    let cases: Vec<(&str, Vec<String>, bool)> = vec![
        ("an array", vec![open.clone(), hands_array("a/Use", "a/Open", &covered(b"\x5a"))], true),
        ("a key below zero", vec![signed, hands_array("a/Use", "a/Open", &covered(b"\xc5"))], true),
        (
            "a key in a register",
            vec![register, hands_array("a/Use", "a/Open", &covered(b"\x5a"))],
            true,
        ),
        (
            "a text and its key",
            vec![OVER_TEXTS.into(), hands_texts("b/Use", other_open, &text, key)],
            true,
        ),
        (
            "hexadecimal under the key",
            vec![OVER_TEXTS.into(), hands_texts("b/Use", other_open, &hex, "Z")],
            true,
        ),
        // The same array, but the method adds, or goes through no loop, or is another one.
        (
            "a sum",
            vec![
                over_array("a/Open", "add-int/lit8 v2, v2, 0x5a", "goto :again"),
                hands_array("a/Use", "a/Open", &covered(b"\x5a")),
            ],
            false,
        ),
        (
            "no loop",
            vec![
                over_array("a/Open", XOR, "nop"),
                hands_array("a/Use", "a/Open", &covered(b"\x5a")),
            ],
            false,
        ),
        ("another method", vec![open, hands_array("a/Use", "a/Other", &covered(b"\x5a"))], false),
        (
            "a text handed to a method of Java's",
            vec![OVER_TEXTS.into(), hands_texts("b/Use", "Lb/Else;->open", &text, key)],
            false,
        ),
    ];
    for (what, classes, is_found) in cases {
        let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
        let Some(all) = found(&classes) else {
            println!("skipped: smali is not installed");
            return;
        };
        assert_eq!(all.iter().any(|text| text == HIDDEN), is_found, "{what}: {all:?}");
    }
}
