"""Backups: what riskbook replaces is kept first, the first original beside the file, later ones under .riskbook."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from riskbook.opc import storage
from riskbook.opc.save import LONGEST_NAME

FOLDER = ".riskbook/backups"  # beside the file; in it a folder for each file
MOST = 10  # dated backups of a file
_STAMP = "%Y%m%d-%H%M%S"
_DATED = re.compile(r"(\d{8}-\d{6})(?:-(\d+))?\.\w+")


@dataclass(frozen=True)
class Backup:
    """One backup: where it is, and when it was made (local time); `first`: it is NAME.bak, the first original."""

    place: str
    at: datetime
    first: bool = False


def keep(target: str, content: bytes, *, most: int = MOST) -> str:
    """Keeps `content`, which `target` holds now, and returns where; the oldest dated backups over `most` are deleted.

    The first backup of a file is NAME.bak, and stays; later ones are .riskbook/backups/NAME/YYYYMMDD-HHMMSS.xlsx.
    Content that the first or the last backup holds already is not copied again. Raises `OutputError`.
    """
    first = f"{target}.bak"
    known = backups_of(target)
    for backup in (known[:1] + known[-1:]) if known else ():
        if storage.read_if_present(backup.place) == content:
            return backup.place
    if not any(backup.first for backup in known) and len(os.fsencode(storage.name_of(first))) <= LONGEST_NAME:
        return _write(content, first, target)
    stamp, suffix = datetime.now().strftime(_STAMP), PurePosixPath(storage.name_of(target)).suffix
    taken = {PurePosixPath(storage.name_of(backup.place)).stem for backup in known}
    name, number = stamp, 1
    while name in taken:
        number += 1
        name = f"{stamp}-{number}"
    place = _write(content, storage.join(_folder(target), name + suffix), target)
    dated = [backup for backup in known if not backup.first]
    for old in dated[: max(len(dated) + 1 - most, 0)]:
        storage.remove(old.place)
    return place


def backups_of(target: str) -> list[Backup]:
    """The backups of a file: the first original, then the dated ones, oldest first."""
    found = []
    for name in storage.names_in(_folder(target)):
        match = _DATED.fullmatch(name)
        if match:
            at = datetime.strptime(match[1], _STAMP)
            found.append((at, int(match[2] or 1), storage.join(_folder(target), name)))
    first = storage.changed_at(f"{target}.bak")
    originals = [] if first is None else [Backup(f"{target}.bak", first, True)]
    return originals + [Backup(place, at) for at, _, place in sorted(found)]


def _folder(target: str) -> str:
    if storage.is_url(target):
        return storage.join(target.rpartition("/")[0], f"{FOLDER}/{storage.name_of(target)}")
    path = Path(target)
    return str(path.parent / FOLDER / path.name)


def _write(content: bytes, place: str, target: str) -> str:
    storage.write(content, place, overwrite=False)
    if not storage.is_url(place):
        with contextlib.suppress(OSError):  # who may read the file may read its backup; the day of its last save stays
            shutil.copystat(target, place)
    return place
