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
from riskbook.errors import OutputError, RiskbookError
from riskbook.model import ERROR, Question, packed, sha256
from riskbook.opc import storage
from riskbook.records.jobs import Job, Outcome, beside, resolved
from riskbook.records.origin import settings_for
from riskbook.settings import Settings

if TYPE_CHECKING:
    from riskbook import living
    from riskbook.pipeline import AssessedWorkbook, Opened

OUT_OF_MEMORY = "out-of-memory"


@dataclass(frozen=True)
class Options:
    """How workbooks are assessed and results written.

    `today`: the same on every machine; part of the rules only where `settings` name it. `force`: overwrites also files
    that are not this client's result. `redo`: assesses unchanged workbooks again. `take`: which counts, "input" or
    "result", where the client's cells were edited in both. `answers`: the questions of a question sheet, with the
    client's answers.
    """

    settings: Settings
    today: date
    force: bool = False
    redo: bool = False
    take: str = "input"
    answers: tuple[Question, ...] = ()


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
        asdict(settings.pages),
        asdict(settings.project),
    )
    return sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str).encode())


def assess_job(job: Job, options: Options) -> Outcome:
    """Assesses one workbook and writes the result; never raises, errors are in the outcome.

    An unchanged input whose result is as riskbook wrote it is not assessed again. What people did in an existing result
    goes into the new one; a file that is not this client's result is overwritten only with `force`. Whatever is
    replaced and was not written by riskbook is kept as a backup.
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


def unchanged(job: Job, options: Options) -> Outcome | None:
    """The outcome of a workbook that need not be assessed again, without loading what an assessment needs.

    None where it is to be assessed, or cannot be read: `assess_job` says why.
    """
    if job.known is None or options.redo or job.inherits:
        return None
    outcome = Outcome(storage.shown(job.source), options.settings.lang)
    try:
        _look(job, options, outcome)
    except (RiskbookError, OSError):
        return None
    return outcome if outcome.status == "unchanged" else None


def _look(job: Job, options: Options, outcome: Outcome) -> tuple[bytes, Settings, bytes | None]:
    """Reads a workbook and its existing result, and enters in the outcome what they are.

    Returns the input, the settings that hold for it, and the result, None where there is none.
    """
    if job.refused is not None:
        raise job.refused
    data = storage.read(job.source)
    at_url = storage.is_url(job.source)
    settings = options.settings if at_url else settings_for(job.source, options.settings)
    settings.check()
    outcome.input_digest, outcome.rules = sha256(data), rules_of(settings)
    outcome.method = "" if settings.method_given else settings.project.method
    existing = None if job.in_place else storage.read_if_present(job.target)
    if existing is not None and _is_unchanged(job, options, outcome, existing):
        outcome.status, outcome.output = "unchanged", storage.shown(job.target)
        outcome.output_digest = job.known.output_digest if job.known else ""
    return data, replace(settings, today=options.today), existing


def _assess(job: Job, options: Options, outcome: Outcome) -> None:
    data, settings, existing = _look(job, options, outcome)
    if outcome.status == "unchanged":
        return
    from riskbook import living, pipeline, questions

    at_url = storage.is_url(job.source)
    source = pipeline.opened(data, settings)
    try:
        job, joined = _joined(job, options, source, data, existing, settings)
    except OutputError:
        outcome.lang = pipeline.read_opened(source, settings).lang
        raise
    del source  # where the result is assessed in its place, its memory is needed
    path = Path(storage.name_of(job.source) if at_url else job.source)
    findings = (*joined.findings, *living.renamed(joined.opened, settings, job.vanished, path))
    result = pipeline.assess_opened(
        joined.opened, path, settings, job.earlier, made_from=joined.made_from, findings=findings
    )
    kept_sheets = [("sheets-kept", {"names": result.kept_sheets})] if result.kept_sheets else []
    outcome.lang, outcome.notices, outcome.day = result.lang, (*joined.notices, *kept_sheets), options.today
    if options.answers:
        outcome.notices += questions.take(result, options.answers)
    _refuse_suffix(job)
    content = result.checked()
    before = data if job.in_place else existing
    kept = living.put(content, job.source, job.target, before, joined, data, settings)
    outcome.backup = ", ".join(map(storage.shown, kept)) or None
    outcome.output, outcome.output_digest = storage.shown(job.target), sha256(content)
    finished(outcome, result)
    outcome.packed = packed(outcome.record)  # here, since on a cluster there are many workers to one that records


def _joined(
    job: Job, options: Options, source: Opened, data: bytes, existing: bytes | None, settings: Settings
) -> tuple[Job, living.Joined]:
    """The workbook to assess, and the job with the target that it gets. Raises like `living.join`."""
    from riskbook import living

    if job.in_place:
        return job, living.own(source)
    same = _is_same(job)
    if same or (job.beside and existing is None):
        own = living.own(source)
        if own.is_result:
            return replace(job, target=job.source, in_place=True), own
    if same:
        raise OutputError("same-file", path=storage.shown(job.target))
    known = job.known if job.known is not None and job.known.source == resolved(job.source) else None
    old = _old_result(job, source, data, existing, settings)
    if old is not None:
        place = living.Place(resolved(job.source), storage.shown(job.target), certain=True)
        at, content = old
        joined = living.join(source, data, content, place, settings, take=options.take)
        notice = ("taken-over", {"path": storage.shown(at)})
        taken = {**joined.made_from, "taken": sha256(content)[:16]}
        return job, replace(joined, made_from=taken, notices=(notice, *joined.notices))
    place = living.Place(
        resolved(job.source),
        storage.shown(job.target),
        certain=job.beside or known is not None,
        recorded=known is not None,
        input_digest=known.input_digest if known else "",
    )
    return job, living.join(source, data, existing, place, settings, take=options.take, force=options.force)


def _old_result(
    job: Job, source: Opened, data: bytes, existing: bytes | None, settings: Settings
) -> tuple[str, bytes] | None:
    """The result that this workbook had under an earlier name or in another place, where it is to be taken over.

    That is where the history or a person says that it is the same client, and nobody has worked on a new result yet;
    of a workbook that was only renamed, where its content has not changed since.
    """
    from riskbook import living

    places = [(job.inherits, True)] if job.inherits else []
    if existing is None:
        names = [str(Path(job.target).with_name(file)) for _, file, _ in reversed(job.vanished)]
        places += [(beside(name) if job.beside else name, False) for name in names]
        places += [] if job.beside or storage.is_url(job.source) else [(beside(job.source), True)]
    for old, certain in places:
        content = storage.read_if_present(old) if old != job.target else None
        if content is not None and living.may_inherit(source, data, content, existing, settings, certain=certain):
            return old, content
    return None


def _is_same(job: Job) -> bool:
    """Whether input and output are one file."""
    if storage.is_url(job.source) or storage.is_url(job.target):
        return job.source == job.target
    return Path(job.target).exists() and Path(job.target).samefile(job.source)


def _is_unchanged(job: Job, options: Options, outcome: Outcome, existing: bytes) -> bool:
    """Whether the existing result is of the same input and rules, still valid today, and as riskbook wrote it."""
    known = job.known
    if known is None or options.redo or job.inherits:
        return False
    if (known.input_digest, known.rules) != (outcome.input_digest, outcome.rules):
        return False
    if known.good_until is not None and options.today > known.good_until:
        return False
    return sha256(existing) == known.output_digest


def finished(outcome: Outcome, result: AssessedWorkbook) -> None:
    """Enters a result in an outcome."""
    outcome.lang, outcome.result, outcome.record = result.lang, result, result.record
    outcome.named = result.named
    outcome.good_until = result.good_until
    is_open_error = any(f["severity"] == ERROR and f["open"] for f in outcome.record["findings"])
    outcome.status = "findings" if is_open_error else "ok"


def _refuse_suffix(job: Job) -> None:
    suffix = PurePosixPath(storage.name_of(job.source)).suffix
    if PurePosixPath(storage.name_of(job.target)).suffix.lower() != suffix.lower():
        raise OutputError("wrong-extension", path=storage.shown(job.target), suffix=suffix)
