"""An existing result and its input, brought together: the result is a document that people go on working in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from riskbook import marks, opc, pipeline, sheets
from riskbook.errors import OutputError, PackageError, WorkbookError
from riskbook.model import Area, Finding, Location, folded, open_record, sha256, without_repeated
from riskbook.opc import storage
from riskbook.pipeline import Opened
from riskbook.settings import Settings

INPUT, RESULT = "input", "result"
_ALIKE = 0.5  # share of assets that two workbooks of one client have in common at least
_LONGEST = 300  # characters of a value in a finding
_MOST = 500  # differences that are listed

Notice = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Joined:
    """What is to be assessed.

    `opened`: the workbook, with the client's cells of input or result, and riskbook's sheets as people left them.
    `made_from`: document properties that say which input was read. `findings`: what differs between input and result,
    where both were edited. `notices`: what a person should know, as keys of messages with parameters. `keep`: whether
    the existing file must be kept as a backup before it is replaced. `dropped`: "input" where the input's own edits do
    not stand in the result, so that the input is to be kept as well.
    """

    opened: Opened
    made_from: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    notices: tuple[Notice, ...] = ()
    keep: bool = False
    dropped: str = ""

    @property
    def is_result(self) -> bool:
        """Whether the workbook itself was assessed before."""
        return _is_marked(self.opened)


@dataclass(frozen=True)
class Place:
    """Where a result goes: `source` and `target` as shown to people.

    `certain`: whether the target is known to belong to this source. `recorded`: whether a journal says so.
    `input_digest`: SHA-256 of the input that the target was made from, according to the journal, or "".
    """

    source: str
    target: str
    certain: bool = False
    recorded: bool = False
    input_digest: str = ""


@dataclass(frozen=True, eq=False)
class _Sides:
    """An input and its existing result, each with the digests of its sheets and what it has beside their cells."""

    source: Opened
    result: Opened
    now: Mapping[str, str]
    then: Mapping[str, str]
    before: marks.Extras
    after: marks.Extras


def join(
    source: Opened,
    data: bytes,
    existing: bytes | None,
    place: Place,
    settings: Settings,
    *,
    take: str = INPUT,
    force: bool = False,
) -> Joined:
    """Brings an input together with the bytes of the existing result (None: there is no file yet).

    `source`, `data`: the input, opened and as bytes.
    Where only one of the two was edited since the last run, that one counts. Where both were, `take` says which counts
    ("input" | "result"), and findings of severity error list what differs. What people did on riskbook's sheets of the
    result travels in every case. A file that is not this client's result is refused, with `force` replaced.
    Raises `OutputError` for a refused file.
    """
    now, before = marks.digests(source.workbook, source.owned), marks.extras(source.workbook, source.owned)
    made_from = {"input": sha256(data), **marks.digest_texts(now), **marks.extra_texts(before)}
    if existing is None:
        return Joined(source, made_from)
    try:
        result = pipeline.opened(existing, settings)
    except PackageError as error:
        if error.key in ("encrypted", "wrong-password"):
            raise OutputError("result-encrypted", path=place.target) from error
        if not (place.recorded or force):
            raise OutputError("not-its-result", path=place.target) from error
        return Joined(source, made_from, notices=(("result-unreadable", {"path": place.target}),), keep=True)
    if not _is_result(source, data, result, place, settings):
        if not force:
            raise OutputError("not-its-result", path=place.target)
        return Joined(source, made_from, keep=True)
    then, after = marks.digests(result.workbook, result.owned), marks.extras(result.workbook, result.owned)
    return _joined(_Sides(source, result, now, then, before, after), made_from, place, settings, take)


def own(opened: Opened) -> Joined:
    """A workbook that is assessed in place: input and result in one."""
    return Joined(opened, {}, keep=not marks.is_sealed(opened.workbook, opened.owned.properties))


def put(
    content: bytes, source: str, target: str, before: bytes | None, joined: Joined, data: bytes, settings: Settings
) -> tuple[str, ...]:
    """Writes a result over `before` (None: no file) and returns the backups of what people worked on.

    `source`, `data`: the input. Raises `OutputError`, also where the target was changed since `before` was read.
    """
    if storage.read_if_present(target) != before:
        raise OutputError("changed-meanwhile", path=storage.shown(target))
    if before == content:  # an earlier call died between writing and recording, or there is nothing new
        return ()
    if not storage.is_url(target):
        opc.refuse_locked(Path(target))
    most = settings.backups()
    kept = [opc.keep(target, before, most=most)] if before is not None and joined.keep else []
    if joined.dropped == INPUT:
        try:
            kept.append(opc.keep(source, data, most=most))
        except OutputError:  # the folder of the input is read-only
            kept.append(opc.keep(f"{target}.input", data, most=most))
    storage.write(content, target, overwrite=before is not None)
    return tuple(kept)


def _is_result(source: Opened, data: bytes, result: Opened, place: Place, settings: Settings) -> bool:
    """Whether an existing file is riskbook's result for this client."""
    properties = result.owned.properties
    if not _is_marked(result):
        return False
    if place.certain or properties.get("input") == sha256(data):
        return True
    ledger, other = (pipeline.read_opened(one, settings) for one in (source, result))
    if ledger.company and other.company and folded(ledger.company) != folded(other.company):
        return False
    names, others = (_asset_names(one.assets["name"].dropna()) for one in (ledger, other))
    if properties.get("source") == pipeline.source_of(source, place.source):
        return not names or not others or bool(names & others)
    return bool(ledger.company and other.company) and _are_alike(names, others)


def _asset_names(found: Iterable[Any]) -> set[str]:
    return {folded(str(name)) for name in found}


def _are_alike(names: set[str], others: set[str]) -> bool:
    return len(names & others) >= _ALIKE * max(min(len(names), len(others)), 1)


def may_inherit(
    source: Opened, data: bytes, old: bytes, existing: bytes | None, settings: Settings, *, certain: bool
) -> bool:
    """Whether what people entered in an `old` result goes into the new one of an input.

    `source`, `data`: the input, opened and as bytes. `existing`: the new result where there is one already; it must be
    as riskbook wrote it, and must not have taken the old one over before. `certain`: whether the old one is known to be
    of this client; else the input must be unchanged.
    """
    try:
        result = pipeline.opened(old, settings)
        now = None if existing is None else pipeline.opened(existing, settings)
    except WorkbookError:
        return False
    if not _is_marked(result):
        return False
    if now is not None:
        properties = now.owned.properties
        taken = properties.get("taken") == sha256(old)[:16]
        return certain and not taken and marks.is_sealed(now.workbook, properties)
    properties = result.owned.properties
    if certain or properties.get("input") == sha256(data):
        return True
    return marks.digests_from(properties) == marks.by_short_name(marks.digests(source.workbook, source.owned))


def renamed(
    opened: Opened, settings: Settings, vanished: Sequence[tuple[str, str, bytes]], path: Path
) -> Iterator[Finding]:
    """A finding for the client that a new workbook most likely is, of those whose file is gone.

    `vanished`: client, name of its file, its last record, packed.
    """
    if not vanished:
        return
    ledger = pipeline.read_opened(opened, settings)
    names = _asset_names(ledger.assets["name"].dropna())
    for client, _, packed in reversed(vanished):
        record = open_record(packed)
        others = _asset_names(asset["name"] for asset in record["assets"] if asset["name"])
        if _are_alike(names, others):
            sheet = ledger.tables[0].sheet_name if ledger.tables else opened.workbook.sheets[0].name
            yield Finding("client-renamed", Location(sheet), {"client": client, "file": path.name})
            return


def _is_marked(opened: Opened) -> bool:
    # Some programs drop the document properties when they save; the sheets are recognised all the same.
    # The incident sheet alone is no result: `riskbook add` puts it into any workbook.
    return opened.owned.properties.get("format") == "1" or bool({*opened.owned.sheets.values()} - {"response"})


def _joined(sides: _Sides, made_from: Mapping[str, str], place: Place, settings: Settings, take: str) -> Joined:
    source, result, now, then = sides.source, sides.result, sides.now, sides.then
    properties = result.owned.properties
    base = marks.digests_from(properties)
    typed, edited = marks.by_short_name(now), marks.by_short_name(then)
    known = properties.get("input") or place.input_digest
    unsealed = not marks.is_sealed(result.workbook, properties)
    same = typed == base if base else now == {name: then.get(name) for name in now}
    if known == made_from["input"] or (same and not source.owned.sheets):
        behind = any(_is_edited(source, result, name) for name in now if then.get(name) != now[name])
        behind = behind or bool(_added(sides))
        notices: tuple[Notice, ...] = (("input-behind", {"path": place.source}),) if behind else ()
        return Joined(result, made_from, notices=notices, keep=unsealed)
    changed = [name for name in then if base and edited[marks.short_name(name)] != base.get(marks.short_name(name))]
    new = [name for name in changed if marks.short_name(name) not in base and name not in now]
    travelling = [name for name in new if marks.can_travel(result.workbook, name)]
    gone = [name for name in now if marks.short_name(name) in base and marks.short_name(name) not in edited]
    differing = [name for name in changed if name not in travelling and then[name] != now.get(name)]
    entries = _OwnEntries(source, result, settings) if source.owned.sheets else None
    findings: list[Finding] = []
    if differing or gone:
        findings += _differences(source, result, [*differing, *gone], settings, take)
    added = _added(sides)
    findings += _notes(added.values(), next(iter(now), ""), take)
    if entries is not None:
        findings += entries.differences(take)
    if take == RESULT and (differing or gone or added):
        return Joined(result, made_from, tuple(findings), keep=unsealed, dropped=INPUT)
    with_result = entries is None or entries.result_counts(take)
    chosen = [*result.owned.sheets, *travelling] if with_result else travelling
    merged = _with_sheets(source, result, chosen, settings, keep_own=not with_result)
    notices = () if base else (("result-unknown", {"path": place.target}),)
    return Joined(merged, made_from, tuple(findings), notices, keep=unsealed or bool(findings) or not with_result)


def _with_sheets(base: Opened, result: Opened, chosen: list[str], settings: Settings, *, keep_own: bool) -> Opened:
    """The workbook `base` with the `chosen` sheets of the result, as if an earlier run had written them there.

    Its own sheets of kinds that the result does not have stay.
    """
    workbook, kinds = base.workbook, set(result.owned.sheets.values())
    if settings.drop_signature:
        workbook.drop_signature()
    if not keep_own:
        there = {name: kind for name, kind in base.owned.sheets.items() if kind in kinds}
        marks.take_out(workbook, replace(base.owned, sheets=there))
    taken = {folded(sheet.name) for sheet in workbook.sheets}
    names = {name: marks.free_name(name, taken) for name in chosen}
    marks.transplant(result.workbook, workbook, opc.Styles(workbook), names)
    for name, made in names.items():
        if name in result.owned.sheets:
            marks.mark_sheet(workbook, result.owned.sheets[name], made, Area(1, 1, 1, 1))
    marks.set_properties(workbook, result.owned.properties)
    opened = pipeline.opened(workbook.parts.written(), settings)
    return replace(opened, password=base.password or result.password)


# --- what differs ---


def _differences(source: Opened, result: Opened, names: list[str], settings: Settings, take: str) -> Iterator[Finding]:
    """What differs between the client's sheets of input and result, by cell, or by asset where its row moved."""
    tables = pipeline.read_opened(source, settings).tables
    found = 0
    for name in dict.fromkeys(names):
        here, there = (name in {sheet.name for sheet in one.workbook.sheets} for one in (source, result))
        if not (here and there):
            yield Finding("edited-both", Location(name), {"title": name}, "sheet" if there else "gone")
            continue
        cells, others = (marks.client_cells(one.workbook, one.owned, name) for one in (source, result))
        table = next((table for table in tables if table.sheet_name == name and "name" in table.columns), None)
        for place, subject, before, after in marks.cell_differences(cells, others, table, by_input=take == INPUT):
            found += 1
            if found > _MOST:
                yield Finding("edited-both", Location(name), {"title": name}, "more")
                break
            yield _difference(Location(name, place), subject, before, after, take)


def _is_edited(source: Opened, result: Opened, name: str) -> bool:
    """Whether a sheet differs in a cell; a digest alone may differ because a program saved the file."""
    sheets_of_result = {sheet.name for sheet in result.workbook.sheets}
    cells = (marks.client_cells(one.workbook, one.owned, name) for one in (source, result))
    return name not in sheets_of_result or len({tuple(sorted(one.items())) for one in cells}) > 1


def _added(sides: _Sides) -> marks.Extras:
    """What people added to the client's part of the result beside its cells: comments, drawings, names, …"""
    first = marks.extras_from(sides.result.owned.properties)  # of the input of which the result was made
    whole = (
        sides.then.keys() - sides.now.keys()
    )  # worksheets that only the result has travel, or are listed, as a whole
    return {
        key: one
        for key, one in sides.after.items()
        if key not in sides.before and marks.short_name(key) not in first and one[0] not in whole
    }


def _notes(added: Iterable[tuple[str, str, str]], first: str, take: str) -> Iterator[Finding]:
    """A finding for each comment and text box, and one for each sheet with drawings, that only the result has.

    `first`: the tab at which that of a workbook as a whole is shown.
    """
    drawn = set()
    for sheet, ref, text in added:
        if text:
            yield _difference(Location(sheet or first, ref), "", "", text, take)
        elif sheet not in drawn:
            drawn.add(sheet)
            yield Finding("edited-both", Location(sheet), {"title": sheet}, "drawing")


def _difference(location: Location, subject: str, before: str, after: str, take: str) -> Finding:
    params = {"input": _short(before), "result": _short(after)}
    return Finding("edited-both", location, params, "" if take == INPUT else "result", subject=subject)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


class _OwnEntries:
    """What people typed on riskbook's sheets of an input that has such sheets itself, and on those of the result."""

    def __init__(self, source: Opened, result: Opened, settings: Settings) -> None:
        self._here, self._there = (self._entries(one, settings) for one in (source, result))
        # What only the input has a sheet for stays in any case, and is no difference.
        kinds = set(result.owned.sheets.values())
        self._here = {key: entry for key, entry in self._here.items() if key[0] in kinds}

    @staticmethod
    def _entries(opened: Opened, settings: Settings) -> dict[tuple[str, str, str], tuple[str, Location]]:
        found = {}
        lists = sheets.own_headers(settings.method).lists
        for kind, earlier in pipeline.read_opened(opened, settings).earlier.items():
            # A line of a whole kind repeats what stands at its findings; a severity is "settled" in one of two books.
            lines = without_repeated(earlier.lines) if kind == "findings" else earlier.lines
            keys = [key for key in lists[kind].keys if key != "severity"]
            for line in lines:
                subject = " ".join(str(line[key]) for key in keys if line[key] is not None)
                for field in lists[kind].typed if lists[kind].editable or kind == "findings" else ():
                    if line[field] is not None:
                        sheet = next(name for name, one in opened.owned.sheets.items() if one == kind)
                        found[kind, subject, field] = (str(line[field]), Location(sheet, f"A{line['line_row']}"))
        return found

    def result_counts(self, take: str) -> bool:
        """Whether the result's sheets are used: they hold all that the input's hold, or `take` says so."""
        here, there = ({(key, value) for key, (value, _) in one.items()} for one in (self._here, self._there))
        return here <= there or (take == RESULT and not there <= here)

    def differences(self, take: str) -> Iterator[Finding]:
        """A finding for each entry of the sheets that are not used, unless the used ones have the same."""
        for key in dict.fromkeys((*self._here, *self._there)):
            here, there = self._here.get(key), self._there.get(key)
            lost = here if self.result_counts(take) else there
            if lost is not None and (here is None or there is None or here[0] != there[0]):
                before, after = ("" if one is None else one[0] for one in (here, there))
                yield _difference(lost[1], key[1], before, after, take)
