"""Assesses one workbook of many; job, options and outcome can be sent to other processes and machines."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import riskbook
from riskbook.errors import OutputError, RiskbookError, WorkbookError
from riskbook.model import ERROR, sha256
from riskbook.opc import Workbook, storage
from riskbook.records.jobs import Job, Outcome, resolved
from riskbook.settings import Settings

if TYPE_CHECKING:
    from riskbook.pipeline import AssessedWorkbook

OUT_OF_MEMORY = "out-of-memory"


@dataclass(frozen=True)
class Options:
    """How workbooks are assessed and results written.

    `today`: the same on every machine; part of the rules only where `settings` name it. `force`: overwrites also files
    that riskbook did not write. `redo`: assesses unchanged workbooks again. `in_place`: targets are the inputs.
    """

    settings: Settings
    today: date
    force: bool = False
    redo: bool = False
    in_place: bool = False


def rules_of(settings: Settings) -> str:
    """SHA-256 of everything but the input that determines the result: method, settings, riskbook's version."""
    parts = (
        riskbook.__version__,
        settings.method.sha256,
        settings.method.instruments.sha256,
        settings.today and settings.today.isoformat(),
        settings.lang,
        settings.strict,
        settings.drop_signature,
        dict(settings.columns),
        asdict(settings.project),
    )
    return sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str).encode())


def assess_job(job: Job, options: Options) -> Outcome:
    """Assesses one workbook and writes the result; never raises, errors are in the outcome.

    An unchanged input whose result exists is not assessed again. An existing output is overwritten where it is what
    riskbook wrote according to the journal, else only with `force`.
    """
    outcome = Outcome(storage.shown(job.source), options.settings.lang)
    return guarded(outcome, lambda: _assess(job, options, outcome))


def guarded(outcome: Outcome, work: Callable[[], None]) -> Outcome:
    """Calls `work` and returns the outcome; an error of the file, or a bug in riskbook, is entered in it."""
    try:
        work()
    except RiskbookError as error:
        outcome.status, outcome.error = "failed", (error.key, error.params)
    except OSError as error:
        params = {"path": str(error.filename or outcome.input), "detail": error.strerror or str(error)}
        outcome.status, outcome.error = "failed", ("os-error", params)
    except MemoryError:
        outcome.status, outcome.error = "failed", (OUT_OF_MEMORY, {})
    except Exception as error:  # any other error is a bug: reported, and the other files are still assessed
        outcome.status, outcome.error = "failed", ("bug", {"detail": f"{type(error).__name__}: {error}"})
        outcome.bug = traceback.format_exc()
    return outcome


def _assess(job: Job, options: Options, outcome: Outcome) -> None:
    from riskbook import pipeline

    if job.refused is not None:
        raise job.refused
    data = storage.read(job.source)
    at_url = storage.is_url(job.source)
    settings = options.settings if at_url else options.settings.beside(Path(job.source))
    outcome.input_digest, outcome.rules = sha256(data), rules_of(settings)
    existing = None if options.in_place else storage.read_if_present(job.target)
    if existing is not None and _is_unchanged(job, options, outcome, existing):
        outcome.status, outcome.output = "unchanged", storage.shown(job.target)
        outcome.output_digest = job.known.output_digest if job.known else ""
        return
    path = Path(storage.name_of(job.source) if at_url else job.source)
    result = pipeline.assess_bytes(data, path, replace(settings, today=options.today), job.earlier)
    outcome.lang = result.lang
    _refuse_input(job, options)
    content = result.checked()
    if existing != content:  # equal where an earlier call died between writing and recording
        _put_in_place(job, options, content, data if options.in_place else existing)
    outcome.output, outcome.output_digest = storage.shown(job.target), sha256(content)
    backup = Path(job.target + ".bak")
    outcome.backup = storage.shown(str(backup)) if options.in_place and backup.exists() else None
    finished(outcome, result)


def _is_unchanged(job: Job, options: Options, outcome: Outcome, existing: bytes) -> bool:
    """Whether the existing result is of the same input and rules, still valid today, and a workbook."""
    known = job.known
    if known is None or options.redo:
        return False
    if (known.input_digest, known.rules) != (outcome.input_digest, outcome.rules):
        return False
    if known.good_until is not None and options.today > known.good_until:
        return False
    return sha256(existing) == known.output_digest or _opens(existing)


def _put_in_place(job: Job, options: Options, content: bytes, before: bytes | None) -> None:
    """Writes a result over the content `before` (None: no file), if that may be overwritten.

    It may where it is still as riskbook wrote it for this input, and always with `force`. Raises `OutputError`, also
    where the file was changed since `before` was read.
    """
    if (storage.read(job.source) if options.in_place else storage.read_if_present(job.target)) != before:
        raise OutputError("changed-meanwhile", path=storage.shown(job.target))
    known = None if options.in_place or before is None else job.known
    of_this_input = known is not None and known.source == resolved(job.source)
    untouched = known is not None and of_this_input and sha256(before or b"") == known.output_digest
    edited = known is not None and not untouched
    if edited and of_this_input and not options.force:
        raise OutputError("result-edited", path=storage.shown(job.target))
    overwrite = options.force or options.in_place or untouched
    storage.write(content, job.target, overwrite=overwrite, backup=options.in_place or edited)


def _opens(data: bytes) -> bool:
    """Whether this is a workbook: an edited result counts as unchanged, a destroyed one does not."""
    try:
        Workbook(data)
    except WorkbookError as error:
        return error.key == "encrypted"
    return True


def finished(outcome: Outcome, result: AssessedWorkbook) -> None:
    """Enters a result in an outcome."""
    outcome.lang, outcome.result, outcome.record = result.lang, result, result.record
    outcome.good_until = result.good_until
    is_open_error = any(f["severity"] == ERROR and f["open"] for f in outcome.record["findings"])
    outcome.status = "findings" if is_open_error else "ok"


def _refuse_input(job: Job, options: Options) -> None:
    source, target = job.source, job.target
    if not options.in_place:
        same = source == target
        if not storage.is_url(source) and not storage.is_url(target):
            same = Path(target).exists() and Path(target).samefile(source)
        if same:
            raise OutputError("same-file", path=storage.shown(target))
    suffix = PurePosixPath(storage.name_of(source)).suffix
    if PurePosixPath(storage.name_of(target)).suffix.lower() != suffix.lower():
        raise OutputError("wrong-extension", path=storage.shown(target), suffix=suffix)
