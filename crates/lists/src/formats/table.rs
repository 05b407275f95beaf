//! Tables with a header (CSV, TSV, semicolons): Volexity, Meta, Citizen Lab and MISP's CSV,
//! targetedthreats, stalkerware's samples.csv and network.csv, and whatever else names its
//! columns. A byte-order mark and blanks within values are taken off.

use super::{Format, Found, Lines, day};
use crate::{Head, Kind, Publication, Tlp, Trust, Value, guess, refang};

pub(super) struct Table;

impl Format for Table {
    fn id(&self) -> &'static str {
        "table"
    }

    fn about(&self) -> &'static str {
        "CSV and TSV with a header (Volexity, Meta, Citizen Lab, targetedthreats, samples.csv …)"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let Some(first) = head.lines().next() else { return false };
        let separator = separator(first);
        let cells: Vec<&str> = first.split(char::from(separator)).map(bare).collect();
        cells.len() > 1 && Columns::new(&cells).names_a_value()
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        let comments =
            text.lines().take_while(|line| line.trim().is_empty() || line.starts_with('#')).count()
                as u64;
        let body = text.splitn(comments as usize + 1, '\n').last().unwrap_or("");
        let first = body.lines().next().unwrap_or("");
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator(first))
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .from_reader(body.as_bytes());
        let trust = trust(first);
        let mut lines = Lines::new(body);
        let mut columns: Option<Columns> = None;
        let mut record = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => {
                    let at = error.position().map_or(0, csv::Position::line) + comments;
                    found.skip(format!("line {at}"), error.to_string());
                    continue;
                }
            }
            // The reader stands before the end of the line above where that is CR LF.
            let start = record.position().map_or(0, |at| at.byte() as usize);
            let passed = body.as_bytes().get(start..).unwrap_or(&[]);
            let blank = passed.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            let at = lines.of(start + blank) + comments;
            let cells: Vec<&str> = record.iter().map(bare).collect();
            match &columns {
                None => columns = Some(Columns::new(&cells)),
                Some(columns) => {
                    let number = record.position().map(csv::Position::record);
                    columns.row(&Row { at, number, cells: &cells, trust }, None, found);
                }
            }
        }
    }
}

/// A cell without the blanks and marks around it; a no-break space counts as a blank.
fn bare(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\u{feff}' | '\u{200b}'))
}

fn separator(line: &str) -> u8 {
    let count = |c: char| line.matches(c).count();
    [',', '\t', ';', '|']
        .into_iter()
        .max_by_key(|c| (count(*c), *c == ','))
        .map_or(b',', |c| c as u8)
}

/// Volexity's own header; others may be anybody's.
fn trust(header: &str) -> Trust {
    match header.trim_start_matches('\u{feff}').trim() {
        line if line.starts_with("value,entity_type,description") => Trust::Vendor,
        line if line.starts_with("type,ioc,family,country,reference") => Trust::Collected,
        _ => Trust::Community,
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    /// A value whose kind another column, or its form, tells.
    Value,
    /// A value of one kind.
    Typed(Kind),
    /// A hash, by its length.
    Hash,
    /// A certificate's hash, by its length.
    Certificate,
    /// A host or an address.
    Host,
    Kind,
    Family,
    Note,
    Url,
    Publisher,
    Date,
    FirstSeen,
    ToIds,
    Port,
    Tlp,
    Confidence,
    Id,
}

/// The columns of a table by their header.
pub(super) struct Columns {
    roles: Vec<Option<Role>>,
}

/// One row of a table.
pub(super) struct Row<'r> {
    /// The line it stands on.
    pub(super) at: u64,
    /// Its number among the rows, where lines do not tell.
    pub(super) number: Option<u64>,
    pub(super) cells: &'r [&'r str],
    pub(super) trust: Trust,
}

impl Columns {
    pub(super) fn new(header: &[&str]) -> Self {
        Self { roles: header.iter().map(|cell| role(cell)).collect() }
    }

    /// Whether any column holds values.
    fn names_a_value(&self) -> bool {
        use Role::{Certificate, Hash, Host, Typed, Value};
        self.roles
            .iter()
            .flatten()
            .any(|role| matches!(role, Value | Typed(_) | Hash | Certificate | Host))
    }

    fn of(&self, wanted: Role, cells: &[&str]) -> Option<String> {
        let at = self.roles.iter().position(|role| *role == Some(wanted))?;
        let cell = cells.get(at)?.trim();
        (!cell.is_empty() && !is_nothing(cell)).then(|| cell.to_owned())
    }

    /// Reads one row; `published` says who published the page and when, where rows do not.
    pub(super) fn row(
        &self,
        row: &Row<'_>,
        published: Option<(&Publication, Option<&str>)>,
        found: &mut Found<'_>,
    ) {
        let stated = self.of(Role::Kind, row.cells).map(|kind| kind.to_ascii_lowercase());
        let mut values = 0;
        for (role, cell) in self.roles.iter().zip(row.cells) {
            let Some(role) = role.filter(|_| !cell.is_empty() && !is_nothing(cell)) else {
                continue;
            };
            let meant = refang(cell);
            let guessed = match role {
                Role::Value => match &stated {
                    Some(stated) => by_type(stated, &meant),
                    None => guess::value(&meant, None).map_err(str::to_owned),
                },
                Role::Typed(kind) => {
                    Value::new(kind, &meant).map(|v| (v, None)).map_err(str::to_owned)
                }
                Role::Hash => {
                    let hash = guess::hash(&meant, false).ok_or("no MD5, SHA-1 or SHA-256");
                    hash.map(|v| (v, None)).map_err(str::to_owned)
                }
                Role::Certificate => {
                    let hash = guess::hash(&meant, true).ok_or("no hash of a certificate");
                    hash.map(|v| (v, None)).map_err(str::to_owned)
                }
                Role::Host => guess::value(&meant, None).map_err(str::to_owned),
                _ => continue,
            };
            values += 1;
            match guessed {
                Err(reason) => found.skip_line(row.at, cell, &reason),
                Ok((value, port)) => self.push(value, port, row, published, found),
            }
        }
        if values == 0 && row.cells.iter().any(|cell| !cell.is_empty()) {
            found.skip_line(row.at, &row.cells.join(","), "no value stands in this row");
        }
    }

    fn push(
        &self,
        value: Value,
        port: Option<u16>,
        row: &Row<'_>,
        published: Option<(&Publication, Option<&str>)>,
        found: &mut Found<'_>,
    ) {
        let of = |role| self.of(role, row.cells);
        let record = of(Role::Id).or(row.number.map(|number| format!("row {number}")));
        let origin = found.origin(Some(row.at), record);
        let mut record = found.record(value, origin, row.trust);
        let url = of(Role::Url).map(|url| refang(&url).into_owned());
        let url = url.filter(|url| url.starts_with("http"));
        match (of(Role::Publisher), url, published) {
            (Some(name), url, _) => record.publications.push(Publication { name, url }),
            (None, Some(url), _) => {
                let name = url.split('/').nth(2).unwrap_or(&url).to_owned();
                record.publications.push(Publication { name, url: Some(url) });
            }
            (None, None, Some((publication, _))) => record.publications.push(publication.clone()),
            (None, None, None) => {}
        }
        record.families.extend(of(Role::Family));
        record.note = of(Role::Note);
        let first_seen = of(Role::FirstSeen).and_then(|text| day(&text));
        record.date = of(Role::Date)
            .and_then(|text| day(&text))
            .or_else(|| published.and_then(|(_, date)| date.map(str::to_owned)))
            .or_else(|| first_seen.clone());
        record.first_seen = first_seen.map(|day| format!("{day}T00:00:00Z"));
        record.port = port.or_else(|| of(Role::Port).and_then(|text| text.parse().ok()));
        record.tlp = of(Role::Tlp).and_then(|text| Tlp::from_tag(&text));
        record.confidence =
            of(Role::Confidence).and_then(|text| text.parse().ok()).filter(|sure| *sure <= 100);
        if of(Role::ToIds).is_some_and(|flag| matches!(flag.as_str(), "0" | "False" | "false")) {
            record.context = Some("its publisher marks it as context (to_ids=0)".to_owned());
        }
        found.push(record);
    }
}

/// What stands in cells that are empty.
fn is_nothing(cell: &str) -> bool {
    matches!(cell, "N/A" | "n/a" | "-" | "--" | "None" | "null" | "unknown" | "?")
}

/// What a column holds, by its name.
fn role(name: &str) -> Option<Role> {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    Some(match plain.as_str() {
        "value" | "ioc" | "indicator" | "indicatorvalue" | "iocvalue" | "observable" | "ioc1"
        | "indicators" | "iocs" => Role::Value,
        "hash" | "filehash" | "hashes" | "sample" | "samplehash" => Role::Hash,
        "sha256" | "sha256hash" => Role::Typed(Kind::Sha256),
        "sha1" | "sha1hash" => Role::Typed(Kind::Sha1),
        "md5" | "md5hash" => Role::Typed(Kind::Md5),
        "certificate" | "certificatehash" | "cert" | "signingcertificate" | "certificatesha1"
        | "certificatesha256" => Role::Certificate,
        "package" | "packagename" | "appid" | "applicationid" | "bundleid" | "app_id" => {
            Role::Typed(Kind::Package)
        }
        "domain" | "hostname" | "host" | "fqdn" | "domainname" | "ip" | "ipaddress" | "ipv4"
        | "ipv6" | "server" | "c2" | "candc" | "cc" | "cncserver" | "c2server" => Role::Host,
        "url" | "uri" | "link" | "downloadurl" => Role::Typed(Kind::Url),
        "filename" => Role::Typed(Kind::FileName),
        "filepath" | "path" => Role::Typed(Kind::Path),
        "processname" | "process" => Role::Typed(Kind::Process),
        "email" | "emailaddress" => Role::Typed(Kind::Email),
        "type" | "entitytype" | "indicatortype" | "ioctype" | "kind" | "datatype" => Role::Kind,
        "family" | "malware" | "malwarefamily" | "threat" | "app" | "appname" | "threatname"
        | "campaign" | "actor" => Role::Family,
        "description" | "comment" | "comments" | "details" | "note" | "notes" | "context"
        | "detectionname" | "esetdetectionname" | "role" => Role::Note,
        "reference" | "references" | "sourceurl" | "report" | "referenceurl" => Role::Url,
        "source" | "publisher" | "sourcename" | "provider" => Role::Publisher,
        "date" | "published" | "publicationdate" | "lastupdated" | "timestamp" | "firstpublic" => {
            Role::Date
        }
        "firstseen" | "firstseendate" | "firstseenutc" => Role::FirstSeen,
        "toids" => Role::ToIds,
        "port" => Role::Port,
        "tlp" | "sharinglevel" => Role::Tlp,
        "confidence" | "confidencelevel" => Role::Confidence,
        "uuid" | "id" | "attributeuuid" => Role::Id,
        _ => return None,
    })
}

/// A value whose kind another cell names.
fn by_type(stated: &str, meant: &str) -> Result<guess::Guessed, String> {
    let plain: String = stated.chars().filter(char::is_ascii_alphanumeric).collect();
    let of = |kind| Value::new(kind, meant).map(|value| (value, None)).map_err(str::to_owned);
    match plain.as_str() {
        "domain" | "hostname" | "fqdn" | "host" | "domainname" | "domainnamevalue" | "ip"
        | "ipv4" | "ipv6" | "ipaddress" | "ipaddr" | "ip4addr" | "ipdst" | "ipsrc" | "ipv4addr"
        | "cidr" | "ipv4addrvalue" | "ipport" | "ipdstport" | "hostnameport" => {
            match guess::with_port(meant) {
                Some((host, port)) => {
                    Value::host(host).map(|v| (v, Some(port))).map_err(str::to_owned)
                }
                None => Value::host(meant).map(|value| (value, None)).map_err(str::to_owned),
            }
        }
        "url" | "uri" | "link" | "urlvalue" => of(Kind::Url),
        "sha256" | "filesha256" | "filehashsha256" | "filehashessha256" => of(Kind::Sha256),
        "sha1" | "filesha1" | "filehashsha1" | "filehashessha1" => of(Kind::Sha1),
        "md5" | "filemd5" | "filehashmd5" | "filehashesmd5" => of(Kind::Md5),
        "hash" | "file" | "filehash" => {
            guess::hash(meant, false).map(|v| (v, None)).ok_or_else(|| "no hash".to_owned())
        }
        "email" | "emailsrc" | "emaildst" | "emailaddress" | "emailaddrvalue" => of(Kind::Email),
        "filename" | "filenamevalue" => of(Kind::FileName),
        "filepath" | "path" => of(Kind::Path),
        "package"
        | "packagename"
        | "appid"
        | "mobileapplicationid"
        | "androidpackage"
        | "application" => of(Kind::Package),
        "process" | "processname" => of(Kind::Process),
        "certificate"
        | "cert"
        | "x509fingerprintsha1"
        | "x509fingerprintsha256"
        | "x509fingerprintmd5"
        | "certsha1"
        | "certsha256" => guess::hash(meant, true)
            .map(|value| (value, None))
            .ok_or_else(|| "no hash of a certificate".to_owned()),
        "androidproperty" => of(Kind::Property),
        "configurationprofile" => of(Kind::Profile),
        _ => Err(format!("values of type `{stated}` are not understood")),
    }
}
