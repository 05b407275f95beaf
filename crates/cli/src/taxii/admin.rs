//! `tamarisk taxii admin`: what an operator does with a server's store, whether it runs or not.

use crate::args::ListFormat;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// The store: a file. Adding a root, a collection, an account or a helpdesk makes one
    #[arg(long, value_name = "FILE")]
    store: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    store: StoreArgs,

    /// How to print the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

#[derive(Debug, Subcommand)]
#[cfg_attr(not(feature = "taxii-server"), allow(dead_code, reason = "only the message is given"))]
pub(crate) enum AdminCommand {
    /// Make an API root
    AddRoot {
        /// Its name in addresses
        name: String,
        #[command(flatten)]
        store: StoreArgs,
        /// Its name, for people
        #[arg(long, value_name = "TEXT")]
        title: String,
        /// The longest body of a request, in bytes
        #[arg(long, value_name = "BYTES")]
        max_content_length: Option<u32>,
    },
    /// Make a collection; its id is printed
    AddCollection {
        /// Its API root
        root: String,
        #[command(flatten)]
        store: StoreArgs,
        /// Its name, for people
        #[arg(long, value_name = "TEXT")]
        title: String,
        /// What it holds
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        /// A readable name for addresses
        #[arg(long, value_name = "NAME")]
        alias: Option<String>,
        /// The level of TLP that an object without a marking counts as
        #[arg(long, value_name = "LEVEL", default_value = "clear")]
        unmarked: String,
    },
    /// Remove a collection and all that is in it
    RemoveCollection {
        /// Its id or alias
        collection: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Make an account
    AddAccount {
        /// Its name
        name: String,
        #[command(flatten)]
        store: StoreArgs,
        /// File whose first line is its password; - for standard input
        #[arg(long, value_name = "FILE")]
        password_file: PathBuf,
        /// The most restricted level of TLP that it is shown: clear, green, amber, amber+strict, red
        #[arg(long, value_name = "LEVEL", default_value = "green")]
        ceiling: String,
    },
    /// Give an account another password; the old one ends at once
    SetPassword {
        /// Its name
        name: String,
        #[command(flatten)]
        store: StoreArgs,
        /// File whose first line is its password; - for standard input
        #[arg(long, value_name = "FILE")]
        password_file: PathBuf,
    },
    /// Give an account another ceiling
    SetCeiling {
        /// Its name
        name: String,
        /// The most restricted level of TLP that it is shown
        ceiling: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Remove an account
    RemoveAccount {
        /// Its name
        name: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Say what an account may do with a collection; neither of the two hides it
    Grant {
        /// The account
        account: String,
        /// The collection, by id or alias
        collection: String,
        #[command(flatten)]
        store: StoreArgs,
        /// It may ask for objects
        #[arg(long)]
        read: bool,
        /// It may add objects
        #[arg(long)]
        write: bool,
    },
    /// Know a helpdesk by its public key, so that its sightings count
    AddHelpdesk {
        /// Its name
        name: String,
        /// Its public key, 64 hexadecimal digits (`tamarisk sighting key` prints it)
        key: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List accounts and their rights
    Accounts(ListArgs),
    /// List collections
    Collections(ListArgs),
    /// Count the sightings of each advisory
    Sightings(ListArgs),
    /// Print the audit log
    Audit(ListArgs),
}

impl AdminCommand {
    pub(super) fn format(&self) -> ListFormat {
        match self {
            Self::Accounts(args)
            | Self::Collections(args)
            | Self::Sightings(args)
            | Self::Audit(args) => args.format,
            _ => ListFormat::Text,
        }
    }
}

/// What a build without the server says.
#[cfg(not(feature = "taxii-server"))]
pub(super) fn not_built() -> crate::failure::Failure {
    crate::failure::Failure::new(
        "not_built",
        "this tamarisk was built without its TAXII server; build it with the feature `taxii-server`, which is on by default",
    )
}

#[cfg(not(feature = "taxii-server"))]
pub(super) fn run(
    _: &AdminCommand,
    _: &mut impl std::io::Write,
) -> Result<u8, crate::failure::Failure> {
    Err(not_built())
}

#[cfg(feature = "taxii-server")]
pub(super) use built::{WallClock, opened, run};

#[cfg(feature = "taxii-server")]
mod built {
    use super::{AdminCommand, ListFormat};
    use crate::failure::Failure;
    use crate::input::first_line;
    use jiff::Timestamp;
    use record::harmless::line;
    use serde::Serialize;
    use std::io::{self, Write};
    use std::path::Path;
    use std::time::{Duration, Instant};
    use taxii_server::{Actor, Clock, NewCollection, Store, StoreError, Tlp};

    /// The clock of this machine.
    pub(in super::super) struct WallClock(Instant);

    impl WallClock {
        pub(in super::super) fn new() -> Self {
            Self(Instant::now())
        }
    }

    impl Clock for WallClock {
        fn now(&self) -> Timestamp {
            Timestamp::now()
        }

        fn elapsed(&self) -> Duration {
            self.0.elapsed()
        }
    }

    pub(in super::super) fn opened(path: &Path) -> Result<Store, Failure> {
        Store::open(path)
            .map_err(|error| Failure::new("store", format!("{}: {error}", path.display())))
    }

    /// As `opened`, for what is about something that a store holds: a mistyped path makes none.
    fn existing(path: &Path) -> Result<Store, Failure> {
        if !path.exists() {
            let path = path.display();
            let text = format!("there is no store {path}; `taxii admin add-root` makes one");
            return Err(Failure::new("store", text));
        }
        opened(path)
    }

    fn failed(error: StoreError) -> Failure {
        Failure::new("store", error)
    }

    fn level(text: &str) -> Result<Tlp, Failure> {
        text.parse().map_err(Failure::usage)
    }

    pub(in super::super) fn run(
        command: &AdminCommand,
        out: &mut impl Write,
    ) -> Result<u8, Failure> {
        let by = Actor::operator(Timestamp::now());
        match command {
            AdminCommand::AddRoot { name, store, title, max_content_length } => {
                opened(&store.store)?
                    .add_root(name, title, *max_content_length, by)
                    .map_err(failed)?;
            }
            AdminCommand::AddCollection { root, store, title, description, alias, unmarked } => {
                let new = NewCollection {
                    root: root.clone(),
                    title: title.clone(),
                    description: description.clone(),
                    alias: alias.clone(),
                    unmarked: level(unmarked)?,
                };
                let id = opened(&store.store)?.add_collection(&new, by).map_err(failed)?;
                writeln!(out, "{id}").map_err(Failure::output)?;
            }
            AdminCommand::RemoveCollection { collection, store } => {
                existing(&store.store)?.remove_collection(collection, by).map_err(failed)?;
            }
            AdminCommand::AddAccount { name, store, password_file, ceiling } => {
                let (password, ceiling) = (first_line(password_file)?, level(ceiling)?);
                opened(&store.store)?.add_account(name, &password, ceiling, by).map_err(failed)?;
            }
            AdminCommand::SetPassword { name, store, password_file } => {
                let password = first_line(password_file)?;
                existing(&store.store)?.set_password(name, &password, by).map_err(failed)?;
            }
            AdminCommand::SetCeiling { name, ceiling, store } => {
                let ceiling = level(ceiling)?;
                existing(&store.store)?.set_ceiling(name, ceiling, by).map_err(failed)?;
            }
            AdminCommand::RemoveAccount { name, store } => {
                existing(&store.store)?.remove_account(name, by).map_err(failed)?;
            }
            AdminCommand::Grant { account, collection, store, read, write } => {
                existing(&store.store)?
                    .grant(account, collection, *read, *write, by)
                    .map_err(failed)?;
            }
            AdminCommand::AddHelpdesk { name, key, store } => {
                opened(&store.store)?.add_helpdesk(name, key, by).map_err(failed)?;
            }
            AdminCommand::Accounts(args) => {
                let rows = existing(&args.store.store)?.accounts().map_err(failed)?;
                list(args.format, rows.iter(), out, |row| {
                    let rights: Vec<String> =
                        row.rights.iter().map(|(id, words)| format!("{id}: {words}")).collect();
                    format!(
                        "{}  up to TLP:{}  {}",
                        line(&row.name),
                        row.ceiling.to_uppercase(),
                        rights.join(", ")
                    )
                })?;
            }
            AdminCommand::Collections(args) => {
                let rows = existing(&args.store.store)?.collections().map_err(failed)?;
                list(args.format, rows.iter(), out, |row| {
                    let alias = row.alias.as_deref().unwrap_or("–");
                    format!(
                        "{}/{}  {alias}  {}  unmarked: {}",
                        row.root,
                        row.id,
                        line(&row.title),
                        row.unmarked
                    )
                })?;
            }
            AdminCommand::Sightings(args) => {
                let rows = existing(&args.store.store)?.seen().map_err(failed)?;
                list(args.format, rows.iter(), out, |row| {
                    format!(
                        "{}: {} of its indicators seen, {} times in {} sightings of {} helpdesks (and {} times by helpdesks not known here)",
                        line(row.advisory.as_deref().unwrap_or("no advisory here")),
                        row.indicators,
                        row.count,
                        row.sightings,
                        row.helpdesks,
                        row.unknown
                    )
                })?;
            }
            AdminCommand::Audit(args) => {
                let mut written = Ok(());
                let store = existing(&args.store.store)?;
                let walked = store.audit(&mut |row| {
                    if written.is_ok() {
                        written = match args.format {
                            ListFormat::Json => record::json::write_line(out, &row),
                            ListFormat::Text => writeln!(
                                out,
                                "{}  {} {}  {}  {}  {}",
                                row.at,
                                line(&row.account),
                                row.address,
                                row.action,
                                line(&row.subject),
                                line(&row.detail)
                            ),
                        };
                    }
                });
                walked.map_err(failed)?;
                written.map_err(Failure::output)?;
            }
        }
        Ok(0)
    }

    /// One line for each: text, or a JSON object.
    fn list<T: Serialize>(
        format: ListFormat,
        mut rows: impl Iterator<Item = T>,
        out: &mut impl Write,
        text: impl Fn(&T) -> String,
    ) -> Result<(), Failure> {
        let mut each = |row: T| -> io::Result<()> {
            match format {
                ListFormat::Json => record::json::write_line(out, &row),
                ListFormat::Text => writeln!(out, "{}", text(&row)),
            }
        };
        rows.try_for_each(&mut each).map_err(Failure::output)
    }
}
