//! Stands in for `cargo xtask advisory` until the command is registered.
#![allow(clippy::print_stdout)]
#[path = "../src/advisory.rs"]
mod advisory;

#[derive(clap::Parser)]
struct Cli {
    #[command(flatten)]
    options: advisory::Options,
}

fn main() -> anyhow::Result<()> {
    use clap::Parser;
    advisory::run(&Cli::parse().options)
}
