//! Hosts that shorten links. What stands behind such a link cannot be told without opening it,
//! which Tamarisk never does; that it is one is told instead.
//!
//! Source: the services' own pages and Wikipedia, "URL shortening" (as of 2026-10); services
//! that have closed stay, since messages are kept for years.

/// Whether links on this host (in normal form) are short for others.
pub(crate) fn is_shortener(host: &str) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    SHORTENERS.binary_search(&host).is_ok()
}

/// Sorted.
const SHORTENERS: &[&str] = &[
    "0rz.tw",
    "1url.com",
    "2.gp",
    "adf.ly",
    "amzn.to",
    "b23.tv",
    "bit.do",
    "bit.ly",
    "bitly.com",
    "bl.ink",
    "buff.ly",
    "clck.ru",
    "cli.re",
    "cutt.ly",
    "db.tt",
    "dlvr.it",
    "dwz.cn",
    "fb.me",
    "flip.it",
    "git.io",
    "goo.gl",
    "goo.su",
    "hubs.ly",
    "ibm.co",
    "ift.tt",
    "is.gd",
    "j.mp",
    "kutt.it",
    "lihi.cc",
    "lihi1.cc",
    "lin.ee",
    "lnk.to",
    "lnkd.in",
    "maps.app.goo.gl",
    "mcaf.ee",
    "nyti.ms",
    "ow.ly",
    "picsee.io",
    "po.st",
    "pse.is",
    "qr.ae",
    "rb.gy",
    "rebrand.ly",
    "reurl.cc",
    "s.id",
    "s2r.co",
    "short.io",
    "shorte.st",
    "shorturl.at",
    "snip.ly",
    "soo.gd",
    "suo.im",
    "supr.cl",
    "surl.li",
    "t.cn",
    "t.co",
    "t.ly",
    "t2m.io",
    "tiny.cc",
    "tiny.one",
    "tinyurl.com",
    "tr.im",
    "trib.al",
    "u.to",
    "url.cn",
    "urlz.fr",
    "v.gd",
    "v.ht",
    "vk.cc",
    "wp.me",
    "x.co",
    "zpr.io",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_asked_by_host() {
        assert!(SHORTENERS.is_sorted());
        assert!(is_shortener("bit.ly") && is_shortener("www.tinyurl.com"));
        assert!(!is_shortener("example.org") && !is_shortener("notbit.ly"));
    }
}
