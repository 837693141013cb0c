"""Finds the workbooks in the given files, folders and patterns, and the target of each result."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from riskbook.errors import OutputError
from riskbook.opc import storage
from riskbook.records.jobs import Job, beside, is_workbook, original_of
from riskbook.records.journal import JOURNAL

_OTHER_BOOKS = (".xls", ".xlsb", ".ods")  # may hold a ledger, so it is reported that they are not read


@dataclass(frozen=True)
class Found:
    """The jobs, in order; `left`: workbooks in other formats and unread folders; `own`: skipped outputs of riskbook."""

    jobs: tuple[Job, ...]
    left: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass
class _Sorted:
    taken: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)


def find(sources: Sequence[str], output: str | None, *, in_place: bool = False) -> Found:
    """The workbooks among files, folders (with all their subfolders) and glob patterns, each with its target.

    `output`: the folder for results, in which each keeps its path below the source; None puts each beside its input
    or, with `in_place`, into it. In folders and patterns lock files (~$…), hidden files and riskbook's own outputs are
    skipped; a file that is named is always taken.
    Raises `OutputError` where two results would have one target or a source is the output folder, and `PackageError`
    where a URL cannot be reached.
    """
    sources = list(dict.fromkeys(map(storage.local, sources)))
    output = output and storage.local(output)
    if in_place and any(map(storage.is_url, sources)):
        raise OutputError("in-place-url")
    roots = [source for source in sources if storage.is_folder(source)]
    jobs: dict[str, Job] = {}
    left: list[str] = []
    own: list[str] = []
    for source in sources:
        prefix = ""
        if source in roots:
            if output is not None and _resolved(source) == _resolved(output):
                raise OutputError("output-is-source", path=storage.shown(output))
            unreadable: list[str] = []
            base, names = source, list(storage.below(source, unreadable, marker=JOURNAL))
            prefix = f"{_root_name(source)}/" if len(roots) > 1 else ""
            left += [prefix + name + "/" for name in unreadable]
        elif storage.is_pattern(source):
            base, names = storage.matching(source)
            names = [n for n in names if not storage.is_folder(storage.join(base, n))]
        else:
            _add(jobs, source, storage.name_of(source), output, in_place, named=True)
            continue
        found = _classify(base, names, output)
        left += [prefix + name for name in found.left]
        own += [prefix + name for name in found.own]
        for name in found.taken:
            _add(jobs, storage.join(base, name), prefix + name, output, in_place, named=False)
    if output is not None:
        _refuse_clash(list(jobs.values()))
    return Found(tuple(jobs.values()), tuple(left), tuple(own))


def _add(jobs: dict[str, Job], source: str, name: str, output: str | None, in_place: bool, *, named: bool) -> None:
    if in_place and named:  # this file and no other
        real = str(Path(source).resolve()) if Path(source).is_symlink() else source
        job = Job(name, source, real, _resolved(real), in_place=True)
    else:
        job = job_for(source, name, output, in_place=in_place)
    jobs.setdefault(_resolved(job.source), job)


def job_for(source: str, name: str, output: str | None, *, in_place: bool = False) -> Job:
    """The job of a workbook; a result and the workbook beside it of which it was made are one job.

    `output`, `in_place`: as in `find`. `name`: of the workbook for people.
    """
    if output is not None:
        return Job(name, source, storage.join(output, name), name)
    if not storage.is_url(source):
        original = original_of(source)
        source = original if original is not None and Path(original).is_file() else source
        if in_place and not Path(beside(source)).is_file():
            # Replacing a symbolic link itself would leave its file as it was.
            target = str(Path(source).resolve()) if Path(source).is_symlink() else source
            return Job(name, source, target, _resolved(target), in_place=True)
    target = beside(source)
    return Job(name, source, target, _resolved(target), beside=True)


def _classify(base: str, names: Sequence[str], output: str | None) -> _Sorted:
    result = _Sorted()
    results = {beside(name) for name in names}
    marked = set(_output_folders(base, names))
    inside = _inside(base, output)
    for name in names:
        path = PurePosixPath(name)
        if path.suffix.lower() in _OTHER_BOOKS and not path.name.startswith(("~$", ".")):
            result.left.append(name)
        if not is_workbook(path.name):
            continue
        folders = {str(folder) for folder in path.parents}
        is_own = name in results or inside in folders or folders & marked
        (result.own if is_own else result.taken).append(name)
    return result


def _output_folders(base: str, names: Sequence[str]) -> Iterator[str]:
    """The folders below `base` with the journal of a batch, which are its output folders."""
    if storage.is_url(base):
        yield from (name.removesuffix(f"/{JOURNAL}") for name in names if name.endswith(f"/{JOURNAL}"))
        return
    for folder in {str(parent) for name in names for parent in PurePosixPath(name).parents}:
        if folder != "." and (Path(base) / folder / JOURNAL).is_file():
            yield folder


def _inside(base: str, output: str | None) -> str | None:
    """The output folder relative to `base`; None where it is not below it."""
    if output is None:
        return None
    if storage.is_url(base) or storage.is_url(output):
        head = base.rstrip("/") + "/"
        return output.rstrip("/").removeprefix(head) if output.startswith(head) else None
    try:
        inside = Path(output).resolve().relative_to(Path(base).resolve()).as_posix()
    except ValueError:
        return None
    return None if inside == "." else inside


def _root_name(source: str) -> str:
    return storage.name_of(source.rstrip("/")) if storage.is_url(source) else Path(source).resolve().name


def _resolved(place: str) -> str:
    return place.rstrip("/") if storage.is_url(place) else str(Path(place).resolve())


def _refuse_clash(jobs: Sequence[Job]) -> None:
    # Windows and macOS treat names as equal that differ in case or in Unicode composition only.
    folded = [unicodedata.normalize("NFC", job.target).casefold() for job in jobs]
    counts = Counter(folded)
    for job, target in zip(jobs, folded, strict=True):
        if counts[target] > 1:
            raise OutputError("targets-clash", path=storage.shown(job.target))
