//! Requests a second of `tamarisk taxii serve` beside medallion, OASIS' own server (PyPI), in the
//! same run: 64 clients on loopback on the same machine, a log-in with every request, no TLS, pages
//! of the same size. Ours holds a million objects; medallion holds no more than the page, since it
//! copies what it holds for each request and slows down with it.

use super::Bench;
use crate::machine;
use crate::run::{command, succeed};
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail, ensure};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Clients at once, and objects of a page.
const CLIENTS: usize = 64;
const PAGE: usize = 20;
/// How long each endpoint is asked, and how long before that nothing is counted.
const COUNTED: Duration = Duration::from_secs(8);
const WARMED: Duration = Duration::from_secs(2);
/// Objects that ours holds.
const STORED: usize = 1_000_000;
const FEW: usize = 1_000;
const ID: &str = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";
/// `bench:bench`.
const LOGIN: &str = "Basic YmVuY2g6YmVuY2g=";

/// Longest wait for an answer: a server that hangs ends the measurement, and says so.
const PATIENCE: Duration = Duration::from_secs(60);

/// Fills a store of ours by direct insertion, without the log and its waiting for the disk, which come
/// back in the end; and writes medallion's data file.
const FILL: &str = r#"
import json, sqlite3, sys
store, stored, data, few, url, uuid = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5], sys.argv[6]
t = "2020-01-01T00:00:00.000Z"
def one(n, family, number):
    i = f"indicator--00000000-0000-4000-8000-{n}"
    return i, {"type": "indicator", "spec_version": "2.1", "id": i, "created": t, "modified": t, "name": f"A host of the family number {family}",
        "pattern": f"[domain-name:value = 'n{number}.example']", "pattern_type": "stix", "valid_from": t, "indicator_types": ["malicious-activity"]}
db = sqlite3.connect(store, isolation_level=None)
db.execute("PRAGMA journal_mode = OFF"); db.execute("PRAGMA synchronous = OFF"); db.execute("PRAGMA cache_size = -400000")
(collection,) = db.execute("SELECT id FROM collection").fetchone()
base = 1_700_000_000_000_000
i, o = one("%012d", "%d", "%d")
db.execute("BEGIN")
for begin in range(0, stored, 250_000):
    end = min(begin + 250_000, stored)
    db.execute("""WITH RECURSIVE c(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM c WHERE n + 1 < ?)
      INSERT INTO object SELECT ? + n, ?, printf(?, n), 'indicator', 21, 1577836800000000000, ?, 0, 9, 9,
        CAST(printf(?, n, n % 100, n) AS BLOB) FROM c""", (begin, end, base, collection, i, t, json.dumps(o)))
    print(f"  {end} objects stored", flush=True)
db.execute("UPDATE meta SET value = ? WHERE key = 'high'", (base + stored,))
db.execute("COMMIT"); db.execute("PRAGMA journal_mode = WAL")
objects = [one(f"{n:012d}", n % 100, n) for n in range(few)]
manifest = [{"id": i, "version": t, "date_added": f"2020-02-01T00:00:00.{n:06d}Z", "media_type": "application/stix+json;version=2.1"} for n, (i, _) in enumerate(objects)]
json.dump({"/discovery": {"title": "M", "default": url + "api/", "api_roots": [url + "api/"]},
    "api": {"information": {"title": "A", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 10000000}, "status": [],
    "collections": [{"id": uuid, "title": "W", "can_read": True, "can_write": True, "media_types": ["application/stix+json;version=2.1"],
        "objects": [o for _, o in objects], "manifest": manifest}]}}, open(data, "w"))
"#;

/// A server that ends with the measurement.
struct Serving {
    child: Child,
    port: u16,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Load {
    per_second: f64,
    p99: Duration,
    bytes: usize,
}

/// The section of docs/bench.md; empty where it was not asked for or cannot be measured.
pub(super) fn markdown(bench: &Bench<'_>, workspace: &Workspace) -> Result<String> {
    if bench.options.only.as_deref().is_some_and(|text| !"TAXII server".contains(text)) {
        return Ok(String::new());
    }
    let busy = machine::load();
    println!("bench: TAXII server, load average {busy}");
    let folder = tempfile::tempdir_in(&workspace.target)?;
    let store = folder.path().join("store.db");
    let small = folder.path().join("small.db");
    let ours = |store: &Path| prepare(&bench.ours, store);
    let collection = ours(&store)?;
    let small_collection = ours(&small)?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let data = folder.path().join("data.json");
    let url = format!("http://127.0.0.1:{port}/");
    for (store, count) in [(&small, FEW), (&store, STORED)] {
        println!("  filling a store with {count} objects");
        let mut fill = command("python3", ["-c", FILL]);
        fill.arg(store).arg(count.to_string()).arg(&data).args([&PAGE.to_string(), &url, ID]);
        succeed(&mut fill)?;
    }
    println!("  walking the small store");
    let few = memory(&serve(&bench.ours, &small)?, &small_collection)?;
    let server = serve(&bench.ours, &store)?;
    println!("  starting medallion");
    let peer = match setup::taxii(workspace) {
        Ok(programs) => Some(medallion(&programs, folder.path(), &data, port)?),
        Err(error) => {
            println!("bench: medallion is left out: {error:#}");
            None
        }
    };
    let mut text = format!(
        "\n## TAXII server\n\n{CLIENTS} clients on the same machine, a log-in with each request, no TLS, pages of {PAGE} objects; \
         ours holds {STORED} objects in SQLite, medallion 3.0.0 {PAGE} in memory. Both in this run, {} s each; load average before it {busy}.\n\n\
         | what | bytes | requests a second | p99 ms | target | medallion's | bytes | p99 ms | ours ÷ medallion's | target |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        COUNTED.as_secs()
    );
    let page = format!("?limit={PAGE}");
    for (name, path) in [
        ("discovery", "/taxii2/".to_owned()),
        ("collections", "/api/collections/".to_owned()),
        ("manifest", format!("/api/collections/ID/manifest/{page}")),
        ("objects", format!("/api/collections/ID/objects/{page}")),
    ] {
        let load = ask("tamarisk", server.port, &path.replace("ID", &collection))?;
        let theirs = peer
            .as_ref()
            .map(|peer| ask("medallion", peer.port, &path.replace("ID", ID)))
            .transpose()?;
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        let _ = write!(
            text,
            "| {name} | {} | {:.0} | {:.1} | 20 ",
            load.bytes,
            load.per_second,
            millis(load.p99)
        );
        let _ = match theirs {
            Some(theirs) => writeln!(
                text,
                "| {:.0} | {} | {:.1} | {:.1} | 20 |",
                theirs.per_second,
                theirs.bytes,
                millis(theirs.p99),
                load.per_second / theirs.per_second
            ),
            None => writeln!(text, "| – | – | – | – | 20 |"),
        };
    }
    let after = resident(&server)?;
    println!("  walking the large store");
    let million = memory(&server, &collection)?;
    let _ = writeln!(
        text,
        "\nResident after a walk of 5,000 objects: {few:.1} MB with {FEW} objects stored, {million:.1} MB with {STORED} \
         (and after the load above: {after:.1} MB)."
    );
    println!("{text}");
    Ok(text)
}

/// A store with one collection and one account; the collection's id.
fn prepare(ours: &Path, store: &Path) -> Result<String> {
    let admin = |args: &[&str]| -> Result<String> {
        let mut run = Command::new(ours);
        run.args(["taxii", "admin"]).args(args).arg("--store").arg(store);
        let mut child = run.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut input = child.stdin.take().context("standard input")?;
        if args.contains(&"-") {
            input.write_all(b"bench\n")?;
        }
        drop(input);
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "taxii admin {args:?}");
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    admin(&["add-root", "api", "--title", "A"])?;
    let collection = admin(&["add-collection", "api", "--title", "W"])?;
    admin(&["add-account", "bench", "--password-file", "-", "--ceiling", "red"])?;
    admin(&["grant", "bench", &collection, "--read"])?;
    Ok(collection)
}

fn serve(ours: &Path, store: &Path) -> Result<Serving> {
    let mut run = Command::new(ours);
    run.args(["taxii", "serve", "--listen", "127.0.0.1:0", "--store"]).arg(store);
    let mut child = run.stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("standard output")?).read_line(&mut line)?;
    let port = line.trim().trim_end_matches("/taxii2/").rsplit(':').next().unwrap_or_default();
    let port = port.parse().with_context(|| line.clone())?;
    Ok(Serving { child, port })
}

fn medallion(programs: &Path, folder: &Path, data: &Path, port: u16) -> Result<Serving> {
    let config = folder.join("config.json");
    fs::write(
        &config,
        format!(
            r#"{{"backend":{{"module":"medallion.backends.memory_backend","module_class":"MemoryBackend","filename":"{}"}},
            "users":{{"bench":"bench"}},"taxii":{{"max_page_size":100}}}}"#,
            data.display()
        ),
    )?;
    let mut run = Command::new(programs.join("medallion"));
    run.args(["--port", &port.to_string()]).arg(config);
    let child = run.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let serving = Serving { child, port };
    for _ in 0..600 {
        std::thread::sleep(Duration::from_millis(100));
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(serving);
        }
    }
    bail!("medallion did not start within a minute")
}

/// Asks for one address by many clients.
fn ask(whom: &str, port: u16, path: &str) -> Result<Load> {
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/taxii+json;version=2.1\r\nAuthorization: {LOGIN}\r\n\r\n"
    );
    let begin = Instant::now() + WARMED;
    let end = begin + COUNTED;
    let (mut times, mut bytes) = (Vec::new(), 0);
    let results: Vec<Result<(Vec<Duration>, usize)>> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| client(port, head.as_bytes(), begin, end)))
            .collect();
        let joined = clients.into_iter().map(|one| one.join());
        joined.map(|one| one.unwrap_or_else(|_| bail!("a client failed"))).collect()
    });
    for result in results {
        let (taken, length) = result.with_context(|| path.to_owned())?;
        times.extend(taken);
        bytes = length;
    }
    times.sort_unstable();
    let p99 = times.get(times.len() * 99 / 100).copied().context("no answer")?;
    let per_second = times.len() as f64 / COUNTED.as_secs_f64();
    println!("  {whom} {path}: {per_second:.0} a second, p99 {p99:?}, {bytes} bytes");
    Ok(Load { per_second, p99, bytes })
}

/// One client, one request after the other; how long each took, and the length of a body.
fn client(port: u16, head: &[u8], begin: Instant, end: Instant) -> Result<(Vec<Duration>, usize)> {
    let mut kept: Option<TcpStream> = None;
    let (mut times, mut length) = (Vec::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    while Instant::now() < end {
        let start = Instant::now();
        let mut stream = match kept.take() {
            Some(stream) => stream,
            None => connected(port)?,
        };
        stream.write_all(head)?;
        let (body, close) = answer(&mut stream, &mut buffer)?;
        length = body;
        if !close {
            kept = Some(stream);
        }
        if start >= begin {
            times.push(start.elapsed());
        }
    }
    Ok((times, length))
}

fn connected(port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Reads an answer; the length of its body, and whether the connection ends with it. The load shares
/// the machine with the server: nothing is copied here.
fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(usize, bool)> {
    let mut filled = 0;
    let (at, length, close) = loop {
        let read = stream.read(&mut buffer[filled..])?;
        ensure!(read > 0, "the server hung up");
        filled += read;
        let end = buffer[..filled].windows(4).position(|four| four == b"\r\n\r\n");
        let Some(end) = end else { continue };
        let head = std::str::from_utf8(&buffer[..end])?;
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap_or_default();
        ensure!(status.get(8..).is_some_and(|rest| rest.starts_with(" 200")), "{status}");
        let (mut length, mut close) = (None, false);
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.parse()?);
            }
            close |= name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close");
        }
        break (end + 4, length.context("no length")?, close);
    };
    if buffer.len() < at + length {
        buffer.resize(at + length, 0);
    }
    if filled < at + length {
        stream.read_exact(&mut buffer[filled..at + length])?;
    }
    Ok((length, close))
}

/// MB that the server holds after somebody walked 5,000 objects.
fn memory(server: &Serving, collection: &str) -> Result<f64> {
    let mut buffer = vec![0; 1 << 16];
    let mut stream = connected(server.port)?;
    let mut query = format!("limit={PAGE}");
    for _ in 0..5_000 / PAGE {
        let head = format!(
            "GET /api/collections/{collection}/objects/?{query} HTTP/1.1\r\nHost: x\r\nAuthorization: {LOGIN}\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        let (_, _) = answer(&mut stream, &mut buffer)?;
        let text = String::from_utf8_lossy(&buffer);
        let Some(next) = text.split("\"next\":\"").nth(1).and_then(|rest| rest.get(..16)) else {
            break;
        };
        query = format!("limit={PAGE}&next={next}");
        buffer.fill(0);
    }
    resident(server)
}

/// Resident set of the server, in MB.
fn resident(server: &Serving) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", server.child.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
