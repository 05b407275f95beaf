//! The project's own chores: `cargo xtask test`, `tidy`, `samples`, `bench`, `fuzz`, and the importers
//! that keep `advisories/` and `brands/` true to their sources. One subcommand, one file.

// A chore talks to the person (or the CI log) that started it.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod advisory;
mod bench;
mod brands;
mod corpora;
mod fuzz;
mod machine;
mod run;
mod samples;
mod setup;
mod test;
mod tidy;
mod workspace;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "The project's own chores",
    max_term_width = 100,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Set up what the tests need, then run every check; what CI runs
    Test(test::Options),
    /// Check what compilers do not: file sizes, crate edges, silence of the core, words, licences
    Tidy,
    /// Write samples/ anew from testkit's builders
    Samples,
    /// Write the bundled advisory from the shared tables of published indicators
    Advisory(advisory::Options),
    /// Write brands/ from the shared tables of genuine apps and signers
    Brands(brands::Options),
    /// Measure CPU seconds and peak memory on large inputs, beside MVT in the same run
    Bench(bench::Options),
    /// Run the readers of hostile bytes under libFuzzer, one after the other
    Fuzz(fuzz::Options),
    /// Read the malformed files that others test their archives and databases with
    Corpora(corpora::Options),
    /// Run a program for `bench` and write what it cost
    #[command(hide = true)]
    Measured(bench::Measured),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().chore {
        Chore::Test(options) => test::run(&options),
        Chore::Tidy => tidy::run(),
        Chore::Samples => samples::run(),
        Chore::Advisory(options) => advisory::run(&options),
        Chore::Brands(options) => brands::run(&options),
        Chore::Bench(options) => bench::run(&options),
        Chore::Fuzz(options) => fuzz::run(&options),
        Chore::Corpora(options) => corpora::run(&options),
        Chore::Measured(asked) => bench::measured(&asked),
    }
}
