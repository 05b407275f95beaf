"""Holds made-up patterns against made-up observed data with OASIS' own libraries.

Reads lines of JSON from standard input: {"pattern": ..., "observed": ... or null}. Writes one word a
line: `match`, `no`, `error`, or for a pattern alone `valid` or `invalid`.
"""
import json
import sys

from stix2matcher.matcher import match
from stix2patterns.v21.pattern import Pattern

for line in sys.stdin:
    row = json.loads(line)
    try:
        Pattern(row["pattern"])
    except Exception:
        print("invalid")
        continue
    if row["observed"] is None:
        print("valid")
        continue
    try:
        found = match(row["pattern"], [row["observed"]], stix_version="2.1")
        print("match" if found else "no")
    except Exception:
        print("error")
