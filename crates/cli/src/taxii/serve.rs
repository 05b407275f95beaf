//! `tamarisk taxii serve`: being a server.

use crate::failure::Failure;
use clap::Args;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[cfg_attr(not(feature = "taxii-server"), allow(dead_code, reason = "only the message is given"))]
pub(crate) struct ServeArgs {
    /// The store: a file that `tamarisk taxii admin` fills
    #[arg(long, value_name = "FILE")]
    store: PathBuf,

    /// Address and port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:6100")]
    listen: SocketAddr,

    /// Certificate (PEM) with those that lead to its root
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,

    /// Its key (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,

    /// Serve without encryption on an address that others reach: only behind a proxy that encrypts
    #[arg(long)]
    plain: bool,

    /// Address and port where operators see /health, /metrics and /events, without a password
    #[arg(long, value_name = "ADDRESS")]
    operators: Option<SocketAddr>,

    /// Name of the server, for people
    #[arg(long, value_name = "TEXT", default_value = "Tamarisk TAXII server")]
    title: String,

    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// Whom to ask
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,

    /// Objects of the largest page
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    page: u32,

    /// File that each request is written to, one JSON object a line; - for standard error
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

#[cfg(not(feature = "taxii-server"))]
pub(super) fn run(_: &ServeArgs, _: &mut impl Write) -> Result<u8, Failure> {
    Err(super::admin::not_built())
}

#[cfg(feature = "taxii-server")]
pub(super) fn run(args: &ServeArgs, out: &mut impl Write) -> Result<u8, Failure> {
    use std::net::TcpListener;
    use std::sync::Arc;
    use taxii_server::{Identity, Log, Settings, Stop};

    let failed = |error: &dyn std::fmt::Display| Failure::new("serve", error);
    if args.cert.is_none() && !args.plain && !args.listen.ip().is_loopback() {
        return Err(Failure::usage(
            "others can reach this address: give --cert and --key, or --plain where a proxy encrypts",
        ));
    }
    let store = super::admin::opened(&args.store)?;
    let identity = match (&args.cert, &args.key) {
        (Some(cert), Some(key)) => {
            let key = zeroize::Zeroizing::new(super::connect::read(key)?);
            Some(
                Identity::from_pem(&super::connect::read(cert)?, &key)
                    .map_err(|error| failed(&error))?,
            )
        }
        _ => None,
    };
    let bind = |address: SocketAddr| {
        TcpListener::bind(address)
            .map_err(|error| Failure::new("serve", format!("{address}: {error}")))
    };
    let listener = bind(args.listen)?;
    let operators = args.operators.map(bind).transpose()?;
    let (log, writer) = match &args.log {
        None => (Log::default(), None),
        Some(path) if path.as_os_str() == "-" => {
            let (log, writer) = Log::new(Box::new(std::io::stderr()));
            (log, Some(writer))
        }
        Some(path) => {
            let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
            let file = file
                .map_err(|error| Failure::new("output", format!("{}: {error}", path.display())))?;
            let (log, writer) = Log::new(Box::new(std::io::BufWriter::new(file)));
            (log, Some(writer))
        }
    };
    let scheme = if identity.is_some() { "https" } else { "http" };
    let at = listener.local_addr().map_err(|error| failed(&error))?;
    let told = writeln!(out, "serving {scheme}://{at}/taxii2/");
    let told = told.and_then(|()| match operators.as_ref().map(TcpListener::local_addr) {
        Some(Ok(at)) => writeln!(out, "operators http://{at}/metrics"),
        _ => Ok(()),
    });
    told.and_then(|()| out.flush()).map_err(Failure::output)?;
    let settings = Settings {
        listener,
        identity,
        operators,
        title: args.title.clone(),
        description: args.description.clone(),
        contact: args.contact.clone(),
        page: args.page as usize,
        clock: Arc::new(super::admin::WallClock::new()),
        log,
        stop: Stop::default(),
    };
    taxii_server::run(store, settings).map_err(|error| failed(&error))?;
    if let Some(writer) = writer {
        let _ = writer.join(); // It has written what there was, or could not.
    }
    Ok(0)
}
