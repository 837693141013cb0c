"""The manifest of a monthly package: what is in it, sealed, and chained to the month before."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from riskbook.audit.moments import Month
from riskbook.errors import OutputError
from riskbook.model import canonical

SCHEMA = "riskbook.audit/1"
NAME = "manifest.json"
_FOLDER = re.compile(r"audit-(\d{4}-\d{2})")


def folder_of(month: str) -> str:
    """What the folder of a month is called."""
    return f"audit-{month}"


def packages_in(place: Path) -> dict[str, Path]:
    """The packages in a folder, by month, oldest first."""
    found = {
        match[1]: path
        for path in (sorted(place.iterdir()) if place.is_dir() else ())
        if path.is_dir() and (match := _FOLDER.fullmatch(path.name)) and Month.of(match[1])
    }
    return dict(sorted(found.items()))


def sealed(content: Mapping[str, Any]) -> bytes:
    """The bytes of a manifest, with a digest of all the rest in it."""
    return _written({**content, "seal": _seal(content)})


def opened(data: bytes) -> dict[str, Any]:
    """The content of a manifest. Raises `ValueError` where it is none, or not as it was written."""
    manifest = json.loads(data.decode())
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise ValueError("schema")
    content = {name: value for name, value in manifest.items() if name != "seal"}
    if manifest.get("seal") != _seal(content) or _written(manifest) != data:
        raise ValueError("seal")
    return content


def _seal(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def _written(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def before(place: Path, month: str) -> tuple[str, str] | None:
    """The last month before this one that has a package in a folder, and the digest of its manifest."""
    earlier = [(name, path) for name, path in packages_in(place).items() if name < month]
    if not earlier:
        return None
    name, path = earlier[-1]
    try:
        return name, digest_of(path / NAME)
    except OSError as error:
        raise OutputError("manifest-unusable", path=str(path / NAME), detail=error.strerror or str(error)) from error
