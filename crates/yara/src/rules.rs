//! Files of rules, compiled: what can be used of them, and what cannot.

use crate::{modules, scan, view};
use evidence::{Scan, Scanner};
use model::{Gap, Knowledge, KnowledgeStatus};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use yara_x::errors::CompileError;
use yara_x::{Compiler, IgnoredRuleReason, SourceCode};

/// How much scanning may cost. Reaching a bound leaves a gap.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes that one artifact, or one part of it, may have. Default 256 MiB.
    pub bytes: u64,
    /// Seconds that one set of rules may take for them. Default 60.
    pub seconds: u64,
    /// Places that one string of a rule may match in them. Default 10,000 (YARA-X's own: a
    /// million, which a thousand rules would turn into gigabytes).
    pub places: usize,
    /// Problems of one file of rules that are told one by one. Default 100.
    pub problems: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { bytes: 256 << 20, seconds: 60, places: 10_000, problems: 100 }
    }
}

/// One file of rules, as it was read.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// Its name below what was given; also the namespace of its rules.
    pub name: String,
    /// Its text.
    pub bytes: Vec<u8>,
}

/// What was given at once: a file, or the files of a folder. It is scanned with at once, too, and
/// shares the time that scanning may take.
#[derive(Clone, Debug)]
pub struct RuleSet {
    /// What it is called: the last part of the path.
    pub name: String,
    /// Its files.
    pub files: Vec<RuleFile>,
}

/// Rules that are ready.
pub struct Rules {
    pub(crate) sets: Vec<Compiled>,
    pub(crate) bounds: Bounds,
    knowledge: Vec<Knowledge>,
    gaps: Vec<Gap>,
    remarks: Vec<String>,
}

/// One set, ready.
pub(crate) struct Compiled {
    pub(crate) name: String,
    pub(crate) rules: yara_x::Rules,
    /// SHA-256 of its files, by name.
    pub(crate) hashes: HashMap<String, String>,
}

/// What became of one file.
struct Outcome {
    name: String,
    sha256: String,
    left_out: u64,
}

/// Whether a file holds compiled rules, of YARA (`YARA`, `libyara/arena.c`) or YARA-X (`YARA-X`,
/// `lib/src/compiler/rules.rs`): machine code and tables that nobody can check, of one version each.
/// No text of rules begins like this.
#[must_use]
pub fn is_compiled(start: &[u8]) -> bool {
    start.starts_with(b"YARA")
}

impl Rules {
    /// Compiles sets of rules. What cannot be used, a rule or a file, is a gap; the rest is used.
    #[must_use]
    pub fn compile(sets: Vec<RuleSet>, bounds: Bounds) -> Self {
        let mut all = Self {
            sets: Vec::new(),
            bounds,
            knowledge: Vec::new(),
            gaps: Vec::new(),
            remarks: Vec::new(),
        };
        for set in sets {
            // Unwind safety: what was told before stands; the compiler is made anew for each set.
            let compiled = catch_unwind(AssertUnwindSafe(|| all.set(&set)));
            if compiled.is_err() {
                let reason = format!(
                    "YARA rules {}: the YARA engine itself failed while compiling them; none is \
                     used. Give their files one by one to find out which",
                    set.name
                );
                all.gaps.push(Gap { artifact: None, position: None, reason });
            }
        }
        all
    }

    /// How many rules are in use.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.knowledge.iter().map(|file| file.indicators).sum()
    }

    /// What is odd about rules that are used all the same, such as strings that are slow to look for.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// Adds what was given and could not even be read as a file of rules.
    pub fn not_given(&mut self, gaps: Vec<Gap>) {
        self.gaps.extend(gaps);
    }

    fn set(&mut self, set: &RuleSet) {
        let mut compiler = Compiler::new();
        // Files are opened by the host alone, which has hashed them.
        compiler.enable_includes(false).max_warnings(100_000);
        view::define(&mut compiler);
        for module in modules::LEFT_OUT {
            compiler.ignore_module(*module);
        }
        let mut outcomes = Vec::new();
        for file in &set.files {
            outcomes.push(self.file(&mut compiler, set, file));
        }
        let rules = compiler.build();
        let mut counts: HashMap<&str, u64> = HashMap::new();
        for rule in rules.iter() {
            *counts.entry(rule.namespace()).or_default() += 1;
        }
        self.knowledge.extend(outcomes.iter().map(|one| Knowledge {
            name: format!("YARA rules {}", full_name(set, &one.name)),
            version: one.sha256.clone(),
            status: KnowledgeStatus::Unsigned,
            signed_by: Vec::new(),
            signed: None,
            indicators: counts.get(one.name.as_str()).copied().unwrap_or(0),
            patterns: 0,
            revoked: 0,
            not_compiled: one.left_out,
            kept_aside: Vec::new(),
        }));
        let hashes = outcomes.into_iter().map(|one| (one.name, one.sha256)).collect();
        self.sets.push(Compiled { name: set.name.clone(), rules, hashes });
    }

    fn file(&mut self, compiler: &mut Compiler<'_>, set: &RuleSet, file: &RuleFile) -> Outcome {
        let sha256 = const_hex::encode(Sha256::digest(&file.bytes));
        let full = full_name(set, &file.name);
        let before =
            (compiler.errors().len(), compiler.warnings().len(), compiler.ignored_rules().len());
        compiler.new_namespace(&file.name);
        let source = SourceCode::from(file.bytes.as_slice()).with_origin(full.as_str());
        // All errors are asked for below; of several, this one is the first.
        let _ = compiler.add_source(source);

        let ignored: Vec<_> = compiler.ignored_rules().skip(before.2).collect();
        let errors = compiler.errors().get(before.0..).unwrap_or_default();
        let mut problems: Vec<String> = Vec::new();
        for error in errors {
            let of_rule = ignored.iter().find_map(|(name, reason)| match reason {
                IgnoredRuleReason::CompileError(known) if std::ptr::eq(*known, error) => Some(name),
                _ => None,
            });
            let of_rule = of_rule.map(|name| format!(", rule {name}")).unwrap_or_default();
            let told = problem(error, &of_rule, &file.bytes);
            problems.push(format!("YARA rules {full}{told}"));
        }
        for (name, reason) in &ignored {
            let why = match reason {
                IgnoredRuleReason::IgnoredModule(module) => {
                    format!("it needs the module {module}, which this program does not offer")
                }
                IgnoredRuleReason::IgnoredRule(other) => {
                    format!("it needs the rule {other}, which is not used either")
                }
                IgnoredRuleReason::CompileError(_) => continue,
            };
            problems.push(format!("YARA rules {full}: rule {name} is not used: {why}"));
        }
        let left_out = ignored.len().max(usize::from(!errors.is_empty())) as u64;
        let more = problems.len().saturating_sub(self.bounds.problems);
        problems.truncate(self.bounds.problems);
        if more > 0 {
            problems.push(format!("YARA rules {full}: {more} more problems"));
        }
        let as_gap = |reason| Gap { artifact: None, position: None, reason };
        self.gaps.extend(problems.into_iter().map(as_gap));

        let warnings = compiler.warnings().get(before.1..).unwrap_or_default();
        // What is left out was told above.
        let told = ["unsupported_module", "ignored_rule"];
        for warning in warnings.iter().filter(|warning| !told.contains(&warning.code())) {
            let at = warning.labels().next().map(|label| label.span().start());
            let label = warning.labels().next().map(|label| label.text().to_owned());
            let text = worded(at, "", warning.title(), label.as_deref(), &file.bytes);
            self.remarks.push(format!("YARA rules {full}{text}"));
        }
        Outcome { name: file.name.clone(), sha256, left_out }
    }
}

impl Scanner for Rules {
    fn open(&self) -> Box<dyn Scan + '_> {
        Box::new(scan::Scanning::of(self))
    }

    fn most_bytes(&self) -> u64 {
        self.bounds.bytes
    }

    fn knowledge(&self) -> Vec<Knowledge> {
        self.knowledge.clone()
    }

    fn gaps(&self) -> Vec<Gap> {
        self.gaps.clone()
    }
}

/// A file of a set as people know it: `folder/file`, or the file alone.
pub(crate) fn full_name(set: &RuleSet, file: &str) -> String {
    if set.name == file { file.to_owned() } else { format!("{}/{file}", set.name) }
}

/// `, line 3, rule X: syntax error: expecting …`.
fn problem(error: &CompileError, of_rule: &str, text: &[u8]) -> String {
    let label = error.labels().next().map(|label| label.text().to_owned());
    let at = error.labels().next().map(|label| label.span().start());
    let mut told = worded(at, of_rule, error.title(), label.as_deref(), text);
    if matches!(error, CompileError::IncludeNotAllowed(_)) {
        told.push_str("; give the included file with --yara, or the folder that holds it");
    }
    told
}

fn worded(
    at: Option<usize>,
    of_rule: &str,
    title: &str,
    label: Option<&str>,
    text: &[u8],
) -> String {
    let before = at.and_then(|at| text.get(..at));
    let line = before.map(|before| before.iter().filter(|byte| **byte == b'\n').count() + 1);
    let line = line.map(|line| format!(", line {line}")).unwrap_or_default();
    let label = label.filter(|label| !label.is_empty()).map(|label| format!(": {label}"));
    format!("{line}{of_rule}: {title}{}", label.unwrap_or_default())
}
