"""From the TOML files to the compiled catalogue; what is wrong in them is told by file and key."""

from __future__ import annotations

import json
import struct
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from riskbook.text.catalogue import COMPILED, DATA, DOMAIN, LANGUAGES, LOCALE, SEVERITIES, digest

_FINDINGS, _ERRORS, _EXAMPLE = "findings.toml", "errors.toml", "example.toml"
_CLICK, _SYSTEM = "click.toml", "system.toml"
_FINDING_KEYS = {"severity", "params", "message", "fix", "variants"}


class CatalogueError(ValueError):
    """A file of texts is not usable; the message names file and key."""


def compile_catalogue() -> None:
    """Writes the compiled catalogue beside the TOML files, and the words of click where gettext finds them."""
    content = json.dumps({"digest": digest(), **parsed(DATA)}, ensure_ascii=False, separators=(",", ":"))
    COMPILED.write_text(content + "\n", encoding="utf-8", newline="\n")
    words = LOCALE / "ja" / "LC_MESSAGES" / f"{DOMAIN}.mo"
    words.parent.mkdir(parents=True, exist_ok=True)
    words.write_bytes(click_words(DATA))


def click_words(folder: Path) -> bytes:
    """The Japanese words of click as gettext reads them: the content of a .mo file."""
    # The entry of the empty text is the header. Japanese has one form for any number.
    entries = {"": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"}
    for english, entry in _read(folder / _CLICK).items():
        entries["\0".join((english, *([entry["many"]] if "many" in entry else [])))] = entry["ja"]
    texts = sorted((key.encode(), value.encode()) for key, value in entries.items())
    begin = 7 * 4  # of the tables, behind the seven numbers of the head
    at, count = begin + len(texts) * 16, len(texts)
    tables, content = [b"", b""], b""
    for place in (0, 1):
        for pair in texts:
            tables[place] += struct.pack("<2I", len(pair[place]), at + len(content))
            content += pair[place] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, begin, begin + count * 8, 0, at)
    return head + tables[0] + tables[1] + content


def parsed(folder: Path) -> dict[str, Any]:
    """All texts of a folder's TOML files, by kind and key, each a list by language; `CatalogueError`.

    `labels`, `errors`: [ja, en]. `findings`: message ja, en, fix ja, en, by code or code.variant. `severities`: by
    code. `params`: the declared parameters of errors and findings. `example`: rows. `system`: Japanese by English.
    """
    labels: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name not in (_FINDINGS, _ERRORS, _EXAMPLE, _CLICK, _SYSTEM):
            for key, texts in _labels(_read(path), path.name):
                if key in labels:
                    raise CatalogueError(f"{path.name}: {key}: another file has this key, too")
                labels[key] = texts
    errors = _read(folder / _ERRORS)
    findings = _read(folder / _FINDINGS)
    entries = {key: entry for code, finding in findings.items() for key, entry in _entries(code, finding)}
    return {
        "labels": labels,
        "errors": {key: _texts(entry, _ERRORS, key) for key, entry in errors.items()},
        "findings": {key: _finding(entry, key) for key, entry in entries.items()},
        "severities": {code: finding["severity"] for code, finding in findings.items()},
        "params": {
            "errors": {key: entry.get("params", []) for key, entry in errors.items()},
            "findings": {key: entry.get("params", []) for key, entry in entries.items()},
        },
        "example": _read(folder / _EXAMPLE)["row"],
        "system": _read(folder / _SYSTEM),
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error


def _labels(table: Mapping[str, Any], file: str, key: str = "") -> Iterator[tuple[str, list[str]]]:
    """The texts of a table and of the tables in it: `sheet.plan` may be a text and `sheet.plan.short`, too."""
    if any(not isinstance(value, dict) for value in table.values()):
        yield key, _texts(table, file, key)
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _labels(value, file, f"{key}.{name}" if key else name)
        elif name not in LANGUAGES:
            raise CatalogueError(f"{file}: {key}: “{name}” is no language")


def _texts(entry: Any, file: str, key: str) -> list[str]:
    texts: list[str] = []
    for lang in LANGUAGES:
        text = entry.get(lang) if isinstance(entry, dict) else None
        if not isinstance(text, str) or not text.strip():
            raise CatalogueError(f"{file}: {key}: the text in “{lang}” is missing")
        texts.append(text)
    return texts


def _entries(code: str, finding: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The finding itself, where it has a message of its own, and its variants: what they leave out is the finding's."""
    if unknown := set(finding) - _FINDING_KEYS:
        raise CatalogueError(f"{_FINDINGS}: {code}: “{min(unknown)}” is unknown")
    if finding.get("severity") not in SEVERITIES:
        raise CatalogueError(f"{_FINDINGS}: {code}: severity must be one of {', '.join(SEVERITIES)}")
    variants = finding.get("variants", {})
    if "message" in finding or not variants:
        yield code, finding
    for name, variant in variants.items():
        yield f"{code}.{name}", {**{key: finding[key] for key in ("params", "fix") if key in finding}, **variant}


def _finding(entry: Mapping[str, Any], key: str) -> list[str]:
    message, fix = (_texts(entry.get(part), _FINDINGS, f"{key}.{part}") for part in ("message", "fix"))
    return [*message, *fix]
