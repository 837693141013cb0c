"""The manifest of a monthly package: lists its content, is sealed by a digest, and names that of the month before."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from riskbook.errors import OutputError
from riskbook.model import canonical, sha256
from riskbook.records.moments import Month
from riskbook.text import LANGUAGES

SCHEMA = "riskbook.audit/1"
NAME = "manifest.json"
CSV_FORMS = CSV_WORDS, CSV_CODES = "words", "codes"  # headers and words of the workbook; names of columns, and codes
# Name, or its beginning, of what systems leave behind → how its content begins, and how long it is at most.
_LITTER: dict[str, tuple[tuple[bytes, ...], int]] = {
    ".DS_Store": ((b"\0\0\0\1Bud1",), 10 << 20),
    "Thumbs.db": ((b"\xd0\xcf\x11\xe0",), 10 << 20),
    "desktop.ini": ((b"[", b"\r\n[", b"\xff\xfe"), 4096),
    "._": ((b"\0\5\x16\7",), 1 << 20),
    "~$": ((b"",), 200),  # the owner of a workbook that is open in Excel
    ".~lock.": ((b"",), 500),  # the same of LibreOffice
}
_FOLDER = re.compile(r"audit-(\d{4}-\d{2})")


def _each(value: Any, **kinds: Any) -> bool:
    """Whether a value is a list of mappings with these keys, the value of each of the given type."""
    return isinstance(value, list) and all(_has(entry, **kinds) for entry in value)


def _has(value: Any, **kinds: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(name), kind) for name, kind in kinds.items())


_SHAPE: dict[str, Callable[[Any], bool]] = {
    "month": lambda value: isinstance(value, str) and Month.of(value) is not None,
    "previous": lambda value: value is None or _has(value, month=str, sha256=str),
    "scope": lambda value: _has(value, clients=int, register=int, runs=int),
    "recorded_at": lambda value: isinstance(value, str) and bool(re.match(r"\d{4}-\d\d-\d\dT", value)),
    "riskbook": lambda value: isinstance(value, str),
    "lang": lambda value: value in LANGUAGES,
    "methods": lambda value: _each(value, name=str, sha256=str, clients=int),
    "redaction": lambda value: value is None or _has(value, columns=list, how=str),
    "histories": lambda value: _each(value, name=str, entries=int, chain=str),
    "inputs": lambda value: _each(value, client=str, history=int, run=int, chain_sha256=str, state_sha256=str),
    "files": lambda value: isinstance(value, dict) and _each(list(value.values()), sha256=str, bytes=int),
}
# Missing in packages of earlier versions.
_LATER: dict[str, Callable[[Any], bool]] = {
    "made_with": lambda value: isinstance(value, dict),
    "csv": lambda value: value in CSV_FORMS,
}


def has_tables_as(suffix: str, manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest lists files with this suffix, for example "parquet"."""
    return any(name.endswith(f".{suffix}") for name in manifest["files"])


def words_in(manifest: Mapping[str, Any]) -> str | None:
    """The language of the words in a package's CSV files; None for names and codes, as earlier versions wrote them."""
    return str(manifest["lang"]) if manifest.get("csv") == CSV_WORDS else None


def folder_of(month: str) -> str:
    """The name of the folder of a month (YYYY-MM)."""
    return f"audit-{month}"


def packages_in(place: Path) -> dict[str, Path]:
    """The packages in a folder, by month, oldest first."""
    found = {
        match[1]: path
        for path in (sorted(place.iterdir()) if place.is_dir() else ())
        if path.is_dir() and (match := _FOLDER.fullmatch(path.name)) and Month.of(match[1])
    }
    return dict(sorted(found.items()))


def is_litter(path: Path) -> bool:
    """Whether a file is one that a system or an office program creates when somebody opens a folder or file.

    Its content must be of that kind, too: the name alone could hide anything.
    """
    if path.name == "@eaDir":  # of a NAS by Synology
        files = [one for one in path.rglob("*") if not one.is_dir()]
        return path.is_dir() and not path.is_symlink() and all("SYNO" in one.name.upper() for one in files)
    kind = next((known for known in _LITTER if path.name.startswith(known) and known[-1] in "$_."), path.name)
    if kind not in _LITTER or path.is_symlink() or not path.is_file():
        return False
    heads, most = _LITTER[kind]
    with path.open("rb") as stream:
        head = stream.read(8)
    return not head or (head.startswith(heads) and path.stat().st_size <= most)


def sealed(content: Mapping[str, Any]) -> bytes:
    """The bytes of a manifest, with the digest of `content` added as `seal`."""
    return _written({**content, "seal": _seal(content)})


def opened(data: bytes) -> dict[str, Any]:
    """The content of a manifest without its seal. Raises `ValueError` where it is none, or not as it was written."""
    try:
        manifest = json.loads(data.decode())
    except RecursionError as error:  # nested deeper than the parser can follow
        raise ValueError("JSON") from error
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise ValueError("schema")
    for name, fits in _SHAPE.items():
        if name not in manifest or not fits(manifest[name]):
            raise ValueError(name)
    for name, fits in _LATER.items():
        if name in manifest and not fits(manifest[name]):
            raise ValueError(name)
    content = {name: value for name, value in manifest.items() if name != "seal"}
    # The seal covers the values; comparing the bytes also shows keys given twice and changed white space.
    if manifest.get("seal") != _seal(content) or _written(manifest) != data:
        raise ValueError("seal")
    return content


def _seal(content: Mapping[str, Any]) -> str:
    return sha256(canonical(content))


def _written(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def previous_package(place: Path, month: str) -> tuple[str, str] | None:
    """The last month before this one with a package in `place`, and the SHA-256 of its manifest; None without.

    Raises `OutputError` where that manifest is missing or was changed.
    """
    earlier = [(name, path) for name, path in packages_in(place).items() if name < month]
    if not earlier:
        return None
    name, path = earlier[-1]
    try:
        data = (path / NAME).read_bytes()
        opened(data)
    except (OSError, ValueError) as error:
        raise OutputError("manifest-unusable", path=str(path / NAME), detail=str(error)) from error
    return name, sha256(data)
