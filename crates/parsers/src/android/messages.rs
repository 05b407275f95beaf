//! Text messages: as Android backs them up, and as SMS Backup & Restore exports them.
//!
//! Of a message only the links are told, with its time, its direction and the app that holds it;
//! never its text and never the other side's number.

use super::links::{Link, links_in, plain_hosts};
use super::shorteners::is_shortener;
use evidence::Emitter;
use model::fact::LinkSeen;
use model::{Position, Time};

/// One message, as far as it is of interest.
pub(crate) struct Message<'m> {
    /// What kind, in words (`SMS`, `WhatsApp message`).
    pub(crate) kind: &'m str,
    /// Package of the app that holds it.
    pub(crate) package: Option<&'m str>,
    /// `incoming` or `outgoing`.
    pub(crate) direction: Option<&'static str>,
    /// When it was sent or received.
    pub(crate) time: Option<Time>,
    /// Where it stands.
    pub(crate) position: Position,
}

impl Message<'_> {
    /// Tells the links in `text`, a part of the message; how many there were.
    pub(crate) fn links(&self, text: &str, out: &mut Emitter<'_>) -> u64 {
        let mut count = 0;
        let mut tell = |Link { url, host, port }: Link| {
            count += 1;
            let shortener = Some(is_shortener(&host));
            let fact = LinkSeen {
                url,
                host,
                port,
                place: self.kind.to_owned(),
                package: self.package.map(str::to_owned),
                direction: self.direction.map(str::to_owned),
                shortener,
            };
            out.fact(fact, self.position.clone(), self.time.clone());
        };
        links_in(text, &mut tell);
        plain_hosts(text, &mut tell);
        count
    }
}
