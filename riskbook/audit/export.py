"""Writes the monthly package: tables of all clients at the end of a month, as workbook, CSV and Parquet."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from riskbook import opc
from riskbook.audit import signature
from riskbook.audit.manifest import (
    CSV_CODES,
    CSV_WORDS,
    NAME,
    digest_of,
    folder_of,
    is_litter,
    opened,
    packages_in,
    previous_package,
)
from riskbook.audit.package import Source, collect, described, write
from riskbook.audit.redact import Redaction
from riskbook.errors import OutputError
from riskbook.records.moments import Histories, Month
from riskbook.tables import has_parquet
from riskbook.text import LANGUAGES


@dataclass(frozen=True)
class Exported:
    """A package: its folder, the SHA-256 of its manifest, whether it existed already, later months beside it.

    `parquet`: whether it contains the Parquet tables.
    """

    path: Path
    manifest: str
    unchanged: bool
    later: tuple[str, ...]
    parquet: bool


def export_month(
    histories: Histories,
    month: Month,
    place: Path,
    *,
    lang: str | None,
    redaction: Redaction,
    sign: Path | None = None,
    force: bool = False,
    csv: str = CSV_WORDS,
) -> Exported:
    """Writes the package of a month to `place`/audit-YYYY-MM, whole or not at all.

    The same history, options and package of the month before give the same bytes. An existing package with other bytes
    is replaced only with `force`, and renamed. `lang`: None takes that of the existing package, or of the month before.
    `csv`: one of `CSV_FORMS`; in English names and codes are words already.
    `sign`: the private key that signs the manifest. Raises `OutputError`.
    """
    target = place / folder_of(str(month))
    try:
        place.mkdir(parents=True, exist_ok=True)
        opc.clear_litter(place)
        scratch = Path(tempfile.mkdtemp(prefix=opc.temporary_prefix(), suffix=".tmp", dir=place))
        try:
            parquet = has_parquet()
            before = previous_package(place, str(month))
            collected = collect(_sources(histories), month, redaction)
            previous = before and {"month": before[0], "sha256": before[1]}
            lang = lang or _language(place, month, before)
            form = CSV_CODES if lang == "en" else csv
            about = described(collected, month, previous, redaction, lang, form)
            write(collected, about, scratch, parquet=parquet)
            if sign is not None:
                (scratch / signature.NAME).write_bytes(signature.signed((scratch / NAME).read_bytes(), sign))
            manifest = digest_of(scratch / NAME)
            _settle(scratch)
            later = tuple(name for name in packages_in(place) if name > str(month))
            if later and not target.exists() and not force:
                raise OutputError("audit-order", month=str(month), later=later[0])
            unchanged = _put(scratch, target, force=force)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise OutputError(opc.reason(error), path=str(target), detail=error.strerror or str(error)) from error
    return Exported(target, manifest, unchanged, later, parquet)


def _put(scratch: Path, target: Path, *, force: bool) -> bool:
    """Moves a package to its place; returns whether the same one existed. With `force` another one is renamed."""
    while True:
        with contextlib.suppress(FileExistsError):  # another call was faster
            if not target.exists():
                _rename(scratch, target)
                return False
        present, made = _digests(target), _digests(scratch)
        if present == made:
            return True
        signatures = [digests.pop(signature.NAME, None) for digests in (present, made)]
        if present == made and None in signatures:
            if signatures[1] is not None:  # the same package, signed only now
                (scratch / signature.NAME).rename(target / signature.NAME)
            return True
        differing = sorted(name for name in present.keys() | made.keys() if present.get(name) != made.get(name))
        if not force:
            raise OutputError("audit-differs", path=str(target), detail=tuple(differing[:5]))
        number = 1
        while (old := target.with_name(f"{target.name}.replaced-{number}")).exists():
            number += 1
        _rename(target, old)


def _rename(source: Path, target: Path) -> None:
    """Renames a folder. Raises `FileExistsError` where the name is taken, whatever the system calls that."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise FileExistsError(*error.args) from error
        raise
    opc.sync_folder(target.parent)


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): digest_of(path)
        for top in sorted(folder.iterdir())
        if not is_litter(top)
        for path in ([top] if top.is_file() else sorted(top.rglob("*")))
        if path.is_file()
    }


def _settle(scratch: Path) -> None:
    """Writes the files to the disk, and gives the folder its usual mode: a temporary one is private."""
    for path in scratch.iterdir():
        with path.open("r+b") as stream:
            os.fsync(stream.fileno())
    opc.sync_folder(scratch)
    opc.usual_mode(scratch, 0o777)


def _sources(histories: Histories) -> Iterator[Source]:
    for prefix, history in histories.each():
        for key, about in history.problems():
            raise OutputError("history-broken", path=str(history.path), detail=f"{key} {about.get('seq', '')}".strip())
        yield prefix, history, None


def _language(place: Path, month: Month, previous: tuple[str, str] | None) -> str:
    """The language of the existing package, else of the one before, else Japanese.

    Never that of the machine: the package must be the same on every machine.
    """
    for name in (str(month), previous[0] if previous else ""):
        with contextlib.suppress(OSError, ValueError):
            return str(opened((place / folder_of(name) / NAME).read_bytes())["lang"])
    return LANGUAGES[0]
