"""Blanks columns of the monthly package, or replaces their values by pseudonyms."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from riskbook.errors import OutputError
from riskbook.model import used_in
from riskbook.tables import TEXT

# The columns that can be redacted: those that people typed, and the operator.
COLUMNS = tuple(sorted({*used_in("redact"), "client", "file", "operator", "reason", "title"}))
# Columns that hold the same values under another name in some table; they are redacted, too.
_ALSO = {
    "name": ("subject",),
    "decided_by": ("by",),
    "assignee": ("by",),
    "client": ("title", "file"),
    "title": ("client", "file"),
    "file": ("client",),
    "reason": ("response",),
}
# Columns of riskbook's own words, figures, dates and hashes; any other text may quote a redacted value.
_OWN = frozenset(
    {
        *used_in("own"),
        "event",
        "matched",
        "severity",
        "finding",
        "code",
        "cell",
        "acceptance",
        "day",
        "recorded_at",
        "timing",
        "method",
        "edition",
        "version",
        "month",
    }
)
_BLANK = "■"
_SHORTEST_KEY = 16  # bytes
_VOICED = "\uff9e\uff9f"  # marks of voiced sounds in half width
_BETWEEN = "・･·.,、，．-‐‑–—_'’\ufe0f\u180e"  # people write names with and without
_QUOTES = (("「", "」"), ("“", "”"))


class Redaction:
    """Redacts `columns` in rows; `key`: a file whose content makes pseudonyms, instead of blanks.

    A redacted value (of any run so far) is also replaced where another text of the same client quotes it, with or
    without spaces in it, and so is everything that a message quotes. A pseudonym is the same in every month for
    the same value of the same client under the same key.
    Raises `OutputError` for an unknown column, for blanked client names, and for a key that is missing or too short.
    """

    def __init__(self, columns: Sequence[str], key: Path | bytes | None = None) -> None:
        for column in columns:
            if column not in COLUMNS:
                raise OutputError("redact-unknown", column=column, known=tuple(COLUMNS))
        self._asked = tuple(sorted(set(columns)))
        self._key = _key(key) if isinstance(key, Path) else key
        if self._key is None and {"client", "title", "file"} & set(columns):
            raise OutputError("redact-client")  # blanked, clients could not be distinguished
        self._columns = frozenset(self._asked).union(*(_ALSO.get(column, ()) for column in self._asked))

    def __bool__(self) -> bool:
        return bool(self._asked)

    @property
    def said(self) -> dict[str, Any] | None:
        """The redaction as the manifest records it; `key` is a mark from which the key cannot be derived."""
        if not self:
            return None
        if self._key is None:
            return {"columns": list(self._asked), "how": "blank"}
        mark = hmac.new(self._key, b"riskbook", hashlib.sha256).hexdigest()[:16]
        return {"columns": list(self._asked), "how": "hmac-sha256", "key": mark}

    def is_open(self, column: str, kind: str) -> bool:
        """Whether a column (of a kind of `riskbook.tables`) never holds anything redacted."""
        return column not in self._columns and (kind != TEXT or column in _OWN or column.endswith("_sha256"))

    def client(self, client: str) -> str:
        """The name of a client in the package."""
        return self._pseudonym(client, client) or _BLANK if "client" in self._columns else client

    def rows(
        self, client: str, tables: Mapping[str, Sequence[dict[str, Any]]], records: Sequence[Mapping[str, Any]]
    ) -> None:
        """Redacts all rows of one client, in place; `records`: those of all its runs, whose values may be quoted."""
        if not self:
            return
        recorded = [row for record in records for name in ("assets", "measures", "findings") for row in record[name]]
        recorded += [{"title": record["client"]} for record in records]  # the title may have changed since
        recorded += [{"client": piece} for piece in (client, *client.split("/"))]  # folders are named after clients
        quoted = self._quoted([*recorded, *(row for rows in tables.values() for row in rows)])
        for rows in tables.values():
            for row in rows:
                self._row(client, row, quoted)

    def _quoted(self, rows: Sequence[Mapping[str, Any]]) -> re.Pattern[str] | None:
        """A pattern for all redacted values as `_pieces` spells them, longest first.

        Numbers and single characters would match everywhere.
        """
        redacted = {str(row[column]) for row in rows for column in self._columns if row.get(column) not in (None, "")}
        folded = {"".join(piece for piece, _ in _pieces(text)) for text in redacted}
        long = sorted((text for text in folded if len(text) > 1 and not text.isdecimal()), key=lambda t: (-len(t), t))
        return re.compile("|".join(map(re.escape, long))) if long else None

    def _row(self, client: str, row: dict[str, Any], quoted: re.Pattern[str] | None) -> None:
        renamed = row.get("event") == "asset-renamed" and "name" in self._columns
        for column, value in row.items():
            if value is None or value == "" or column in _OWN or column.endswith("_sha256"):
                continue
            if column == "client":
                row[column] = self.client(str(value))
            elif column in ("factors", "causes"):
                row[column] = [self._change(client, quoted, *change) for change in value]
            elif (column in self._columns and not (column == "subject" and row.get("kind") is not None)) or (
                renamed and column in ("before", "after")
            ):
                row[column] = self._pseudonym(client, str(value))
            elif isinstance(value, str):
                row[column] = self._within(client, value, quoted, message=column in ("message", "mend"))

    def _change(
        self, client: str, quoted: re.Pattern[str] | None, field: str, before: Any, after: Any
    ) -> tuple[str, Any, Any]:
        def end(value: Any) -> Any:
            if value is None or not isinstance(value, str):
                return value
            if field in self._columns:
                return self._pseudonym(client, value) or _BLANK
            return self._within(client, value, quoted, message=False)

        return field, end(before), end(after)

    def _within(self, client: str, text: str, quoted: re.Pattern[str] | None, *, message: bool) -> str:
        if quoted is not None:
            text = self._without(client, text, quoted)
        for opening, closing in _QUOTES if message else ():
            start, end = text.find(opening), text.rfind(closing)  # the last mark: quoted text may contain marks
            text = f"{text[: start + 1]}{_BLANK}{text[end:]}" if 0 <= start < end else text
        return text

    def _without(self, client: str, text: str, quoted: re.Pattern[str]) -> str:
        """A text without the values that `quoted` finds in it, however they are spelled."""
        pieces = list(_pieces(text))
        places = [place for piece, place in pieces for _ in piece]
        result, done = "", 0
        for match in quoted.finditer("".join(piece for piece, _ in pieces)):
            start, end = places[match.start()], places[match.end() - 1]
            end = next((place for place in places[match.end() :] if place > end), len(text))
            found = text[start:end].rstrip()
            result += text[done:start] + (self._pseudonym(client, found) or _BLANK)
            done = start + len(found)
        return result + text[done:]

    def _pseudonym(self, client: str, value: str) -> str | None:
        if self._key is None:
            return None
        return "R-" + hmac.new(self._key, f"{client}\0{value}".encode(), hashlib.sha256).hexdigest()[:12]


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """The characters of a text in one spelling, each with its place: what people see as the same name is the same.

    Case, full and half width, combining marks, spaces, points in names and invisible characters make no difference.
    """
    place = 0
    while place < len(text):
        end = place + 1
        while end < len(text) and (unicodedata.combining(text[end]) or text[end] in _VOICED):
            end += 1
        yield _spelled(text[place:end]), place
        place = end


@lru_cache(maxsize=100_000)
def _spelled(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).casefold()
    return "".join(c for c in folded if not c.isspace() and c not in _BETWEEN and unicodedata.category(c) != "Cf")


def redaction_of(said: Mapping[str, Any] | None, key: Path | None) -> Redaction:
    """The redaction that a manifest records; without the key of pseudonyms it gives other ones.

    Raises `OutputError` where it is none.
    """
    if said is None:
        return Redaction(())
    return Redaction(said["columns"], (key or b"\0" * _SHORTEST_KEY) if "key" in said else None)


def _key(path: Path) -> bytes:
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise OutputError("redact-key", path=str(path), detail=error.strerror or str(error)) from error
    if len(key) < _SHORTEST_KEY:
        raise OutputError("redact-key", path=str(path), detail=f"{len(key)} < {_SHORTEST_KEY} bytes")
    return key
