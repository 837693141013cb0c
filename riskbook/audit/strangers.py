"""What stands among the packages, begins as their names do, and is none of them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from riskbook.audit.differences import Found
from riskbook.audit.manifest import NAME
from riskbook.audit.tables import TABLES
from riskbook.model import few
from riskbook.records.moments import Month

_LIKE_A_MONTH = re.compile(r"audit-\d{4}[-_.]?\d{1,2}")
_OURS = re.compile(rf"{re.escape(NAME)}|(?:{'|'.join(TABLES)})\.(?:csv|parquet)|audit-.*\.xlsx")
_SHOWN = 5  # names in a note


def strangers(place: Path) -> Found:
    """Yields folders, and links to such, that pass for packages; people's own files and folders in one note."""
    if (place / NAME).is_file():  # is itself a package, whose files are compared with its manifest
        return
    others = []
    for path in sorted(place.glob("audit-*")):
        if not (_LIKE_A_MONTH.fullmatch(path.name) and not path.is_file()) and not _holds_ours(path):
            others.append(path.name)
        elif path.is_symlink():
            yield "package-link", {"file": path.name}
        elif Month.of(path.name.removeprefix("audit-").partition(".replaced-")[0]) is None:
            yield "no-month", {"file": path.name}
    if others:
        yield "beside", {"files": few(others, _SHOWN)}


def _holds_ours(path: Path) -> bool:
    """Whether a path is a folder with a manifest, a table or a workbook of a package."""
    try:
        return path.is_dir() and any(_OURS.fullmatch(name) for name in os.listdir(path))
    except OSError:
        return False
