//! Rust sources as flat lists of tokens, without comments and without tests.

use crate::workspace::{Workspace, files_below};
use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::path::PathBuf;
use std::str::FromStr;

/// One token and the line it stands on, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
}

impl Token {
    /// Whether it is a string literal of any form.
    pub(super) fn is_string(&self) -> bool {
        self.text.trim_start_matches(['b', 'c', 'r', '#']).starts_with('"')
    }
}

/// Every Rust source of the workspace that git would know, in order of path.
pub(super) fn rust_files(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in ["crates", "xtask", "fuzz"] {
        let folder = workspace.root.join(folder);
        if folder.is_dir() {
            files.extend(files_below(&folder)?);
        }
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    Ok(files)
}

/// Whether a path (as messages show it) holds only tests.
pub(super) fn is_test_file(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "benches" | "fixtures"))
}

/// The crate that a source is linked into: `crates/NAME/src/…`; not build scripts and examples.
pub(super) fn in_crate(path: &str) -> Option<&str> {
    let (name, rest) = path.strip_prefix("crates/")?.split_once('/')?;
    rest.starts_with("src/").then_some(name)
}

/// The tokens of a source, less comments, documentation, and items marked `#[cfg(test)]`.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>> {
    let stream = TokenStream::from_str(text).map_err(|error| anyhow!("{error}"))?;
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    Ok(tokens)
}

/// The lines on which this run of tokens stands, as a path or a call of its own and not as a
/// method of something else.
pub(super) fn places<'a>(tokens: &'a [Token], run: &'a [&str]) -> impl Iterator<Item = usize> + 'a {
    tokens.windows(run.len()).enumerate().filter_map(move |(at, window)| {
        let is_method = at > 0 && tokens[at - 1].text == ".";
        let equal = window.iter().map(|token| token.text.as_str()).eq(run.iter().copied());
        (equal && !is_method).then(|| window[0].line)
    })
}

/// Nesting is that of our own sources, so recursion is bounded by what rustc takes.
fn flatten(stream: TokenStream, into: &mut Vec<Token>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        at += 1;
        match tree {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                let inner =
                    matches!(trees.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == '!');
                let Some(TokenTree::Group(attribute)) = trees.get(at + usize::from(inner)) else {
                    into.push(Token { text: "#".into(), line: mark.span().start().line });
                    continue;
                };
                at += 1 + usize::from(inner);
                let written = attribute.stream().to_string().replace(' ', "");
                if written == "cfg(test)" {
                    at = end_of_item(&trees, at);
                } else if !written.starts_with("doc=") {
                    flatten(attribute.stream(), into);
                }
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                into.push(Token { text: open.into(), line: group.span_open().start().line });
                flatten(group.stream(), into);
                into.push(Token { text: close.into(), line: group.span_close().start().line });
            }
            other => into.push(Token { text: other.to_string(), line: other.span().start().line }),
        }
    }
}

/// The index behind the item that starts at `at`: behind its `{…}` or its `;`.
fn end_of_item(trees: &[TokenTree], mut at: usize) -> usize {
    while let Some(tree) = trees.get(at) {
        at += 1;
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            TokenTree::Punct(mark) if mark.as_char() == ';' => break,
            _ => {}
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_documentation_and_tests_are_left_out() {
        let text = "//! about\n/// doc\nfn a() { b(\"c\"); } // d\n#[cfg(test)]\nmod tests { fn e() {} }\nfn f() {}";
        let texts: Vec<_> =
            tokens(text).unwrap().into_iter().map(|token| (token.line, token.text)).collect();
        let words: Vec<_> = texts.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(words.join(" "), "fn a ( ) { b ( \"c\" ) ; } fn f ( ) { }");
        assert_eq!(texts.last().map(|(line, _)| *line), Some(6));
    }

    #[test]
    fn strings_of_every_form_are_told_from_other_tokens() {
        let strings = |text: &str| tokens(text).unwrap().iter().filter(|t| t.is_string()).count();
        assert_eq!(strings(r##"f("a", r"b", r#"c"#, b"d", 'e', b'f', g, 1, crate::r#h)"##), 4);
    }

    #[test]
    fn only_what_is_linked_counts() {
        assert_eq!(in_crate("crates/apk/src/a/b.rs"), Some("apk"));
        assert_eq!(in_crate("crates/apk/build.rs"), None);
        assert_eq!(in_crate("xtask/src/main.rs"), None);
    }
}
