"""The entries of a history: their kinds, their facts, and the chain of hashes that links them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from riskbook.model import sha256

RUN, FORGOTTEN, FAILED, CONTINUED = "run", "forgotten", "failed", "continued"
COLUMNS = ("client", "day", "state", "method_digest", "output")  # facts that are columns of the table, too
_FACTS = frozenset(
    {
        "client",
        "title",
        "file",
        "at",
        "day",
        "operator",
        "version",
        "method",
        "edition",
        "input",
        "output",
        "state",
        "method_digest",
        "run",
        "repeated",
        "format",
    }
)
# The facts that an entry of each kind must have. A failed run says why; a continued client, under which name it began.
_NEEDED = {
    RUN: _FACTS,
    FORGOTTEN: frozenset({"runs"}),
    FAILED: frozenset({"client", "file", "at", "day", "error"}),
    CONTINUED: frozenset({"client", "since"}),
}


@dataclass(frozen=True)
class Run:
    """One entry of a history: its number, its hash in the chain, and its facts.

    `facts` of a run: client, title, file, at (UTC), day (of the assessment), operator, version, method, edition, input,
    output, state and method_digest (SHA-256), run (as `run_fields`), format (of the record), repeated (nothing had
    changed; the record is that of an earlier run). Of a failed one: client, file, at, day, operator, version, error
    (key of the message, its parameters as texts).
    """

    seq: int
    hash: str
    facts: Mapping[str, Any]


def verified(row: tuple[Any, ...]) -> Run | None:
    """The entry of a row; None where the row is not what was written."""
    seq, digest, link, kind, facts, *columns = row
    if not isinstance(facts, str) or kind not in _NEEDED or sha256(facts.encode()) != digest:
        return None
    content = json.loads(facts)
    if not isinstance(content, dict) or not _NEEDED[kind] <= content.keys() or not isinstance(link, str):
        return None
    if (content.get("seq"), content.get("kind")) != (seq, kind):
        return None
    return Run(seq, link, content) if [content.get(name) for name in COLUMNS] == columns else None


def inflated(content: Any) -> bytes | None:
    """The content of a packed object; None where it is damaged."""
    try:
        return zlib.decompress(content)
    except (zlib.error, TypeError):
        return None


def linked(before: str, digest: str) -> str:
    """The next hash of a chain: SHA-256 of the hash before and the digest of the entry, both in hexadecimal."""
    return sha256((before + digest).encode())


def now() -> str:
    """The current time in UTC, to the second, in the ISO form of histories."""
    return datetime.now(UTC).isoformat(timespec="seconds")
