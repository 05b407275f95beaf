//! `tamarisk taxii`: fetching advisories from a TAXII 2.1 server, handing objects over, and being
//! one. The only commands that use the network.

mod admin;
mod collections;
mod connect;
mod partial;
mod pull;
mod push;
mod serve;

use crate::args::ListFormat;
use crate::failure::Failure;
use clap::{Args, Subcommand};
use connect::ConnectArgs;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum TaxiiCommand {
    /// List the collections of a server
    #[command(after_help = "Exit codes: 0 listed, 2 error.")]
    Collections(CollectionsArgs),
    /// Fetch a collection into a bundle that --advisory takes
    ///
    /// A fetch that is interrupted is taken up where it stopped when the same command runs again.
    #[command(after_help = "Exit codes: 0 all of it was fetched, 2 error.")]
    Pull(PullArgs),
    /// Hand the objects of a bundle over
    #[command(after_help = "Exit codes: 0 the server has all of them, 1 it refused some, 2 error.")]
    Push(PushArgs),
    /// Serve collections until told to stop
    Serve(Box<serve::ServeArgs>),
    /// Accounts, collections and rights of a server's store
    #[command(subcommand)]
    Admin(admin::AdminCommand),
}

#[derive(Debug, Args)]
pub(crate) struct CollectionsArgs {
    #[command(flatten)]
    connect: ConnectArgs,

    /// How to print the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct PullArgs {
    #[command(flatten)]
    connect: ConnectArgs,

    /// Collection, by id, alias or title; may be left out where only one can be read
    #[arg(long, value_name = "NAME")]
    collection: Option<String>,

    /// Only what was added later than this, by the server's clock (RFC 3339)
    #[arg(long, value_name = "TIME")]
    added_after: Option<String>,

    /// Only objects that match: type=indicator, id=…, version=all, spec_version=2.1 (may be
    /// repeated; values joined by commas)
    #[arg(long = "match", value_name = "FIELD=VALUES", value_parser = field)]
    matches: Vec<(String, String)>,

    /// Objects of a page; the server may send fewer
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,

    /// Bundle to write
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,

    /// Forget an interrupted fetch and begin anew
    #[arg(long)]
    restart: bool,

    /// How to print what was done
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct PushArgs {
    #[command(flatten)]
    connect: ConnectArgs,

    /// Collection, by id, alias or title; may be left out where only one can be written
    #[arg(long, value_name = "NAME")]
    collection: Option<String>,

    /// A STIX bundle
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// How to print what was done
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

/// `field=values` of a `--match`.
fn field(text: &str) -> Result<(String, String), String> {
    let (name, values) = text.split_once('=').ok_or("expected FIELD=VALUES")?;
    match name {
        "type" | "id" | "version" | "spec_version" if !values.is_empty() => {
            Ok((name.to_owned(), values.to_owned()))
        }
        _ => Err("the field is type, id, version or spec_version, and has values".to_owned()),
    }
}

impl TaxiiCommand {
    /// Whether scripts read the answer.
    pub(crate) fn is_json(&self) -> bool {
        let format = match self {
            Self::Collections(args) => args.format,
            Self::Pull(args) => args.format,
            Self::Push(args) => args.format,
            Self::Serve(_) => ListFormat::Text,
            Self::Admin(command) => command.format(),
        };
        format == ListFormat::Json
    }
}

/// Does what is asked; the exit code says how it came out.
pub(crate) fn run(command: &TaxiiCommand, out: &mut impl Write) -> Result<u8, Failure> {
    match command {
        TaxiiCommand::Collections(args) => collections::run(args, out),
        TaxiiCommand::Pull(args) => pull::run(args, out),
        TaxiiCommand::Push(args) => push::run(args, out),
        TaxiiCommand::Serve(args) => serve::run(args, out),
        TaxiiCommand::Admin(command) => admin::run(command, out),
    }
}

/// What went wrong with a server.
fn failed(error: ::taxii::ClientError) -> Failure {
    use ::taxii::ClientError::{
        Address, Answer, Collection, Local, Refused, Tls, TooLongWait, Unreachable,
    };
    let code = match &error {
        Address(_) => "address",
        Tls(_) => "tls",
        Unreachable { .. } => "unreachable",
        Refused { status: 401, .. } => "unauthorized",
        Refused { .. } => "refused",
        TooLongWait { .. } => "wait",
        Answer { .. } => "answer",
        Collection(_) => "collection",
        Local(_) => "output",
    };
    Failure::new(code, error)
}
