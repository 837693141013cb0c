"""Lines of a profile (riskbook.toml): what findings propose, and what a person settles, as one line of TOML each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from riskbook.model.findings import Finding

_LONGEST = 60  # characters of a text that a line is about
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def profile_line(keys: Sequence[str], value: str | int | Sequence[str] | Mapping[str, int]) -> str:
    """One line of TOML that sets the value below these keys: `media."書類" = ["金庫"]`."""
    if isinstance(value, Mapping):
        shown = "{ " + ", ".join(f"{profile_key(name)} = {number}" for name, number in value.items()) + " }"
    else:
        shown = json.dumps(value, ensure_ascii=False)
    return f"{'.'.join(map(profile_key, keys))} = {shown}"


def profile_text(profile: Mapping[str, Any]) -> str:
    """What a profile says about how to read, as lines of TOML joined by "; "."""
    return "; ".join(_lines((), profile))


def _lines(keys: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _lines((*keys, name), value)
        else:
            yield profile_line((*keys, name), value)


def settling_line(finding: Finding) -> str:
    """The line of a profile that settles what a finding did not understand, with the best guess; "" for others."""
    params, text = finding.params, str(finding.params.get("found", finding.params.get("text", "")))
    if "line" in params:
        return str(params["line"])
    if isinstance(params.get("entry"), tuple):
        header, field = params["entry"]
        return profile_line(("columns", header), field)
    if not text or len(text) > _LONGEST:
        return ""
    match finding.message_key:
        case "mark-unreadable":
            return profile_line(("values", "personal", text), "yes")
        case "check-unanswered":
            return profile_line(("values", "answer", text), 3)
        case "medium-normalised.misspelt":
            return profile_line(("media", params["medium"]), [text])
        case "row-ignored.stray":
            return profile_line(("rows", "no_asset"), [text])
        case "sheet-ignored":
            return profile_line(("sheets", finding.location.sheet_name), "none")
    return ""


def profile_key(name: str) -> str:
    """A key as TOML writes it. JSON quotes like TOML's basic strings, but for the delete character."""
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
