"""A workbook read into a `Ledger`: the only room that imports openpyxl."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import openpyxl
import pandas as pd

from riskbook.errors import LedgerError, PackageError
from riskbook.method import Method
from riskbook.model import (
    CIA_FIELDS,
    FORM_FIELDS,
    MARK_FIELDS,
    TEXT_FIELDS,
    YEN_FIELDS,
    ItemSheet,
    Ledger,
    ListLayout,
    OwnHeaders,
    Recognised,
    Source,
)
from riskbook.reading.answers import read_answers
from riskbook.reading.collect import Collector
from riskbook.reading.form_sheets import read_checks, read_threats, report_assumed
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock, Masked, Vocabulary, find_header, header_hits
from riskbook.reading.ledger import LedgerReader, describe
from riskbook.reading.plain import cell_values
from riskbook.reading.plan import MEASURE_COLUMNS, PLAN_COLUMNS, read_measures, read_plan, read_register, read_response
from riskbook.reading.questionnaires.columns import year_of
from riskbook.reading.questionnaires.read import find_items, find_numbered, read_items
from riskbook.reading.values import squeezed

__all__ = ["cell_values", "read_ledger"]

_POINTS_ELSEWHERE = re.compile(r"参考|参照|ください|下さい|見て|ご覧|\b(?:see|refer)\b", re.IGNORECASE)
_FORM = (
    r"(?:株式会社|有限会社|合同会社|合資会社|合名会社|(?:医療|社団|財団|学校|宗教|社会福祉|NPO|監査|税理士|弁護士)法人"
    r"|㈱|㈲|[(（][株有][)）])"
)
_COMPANY = re.compile(rf"[^\s　（）()：:]+{_FORM}|(?:一般|公益)?{_FORM}[\s　]?[^\s　（）()：:]+")
_COMPANY_EN = re.compile(r"[^\s　].*?\b(?:Ltd|Inc|LLC|K\.K|Corp|GmbH)\b\.?")
_COMPANY_LABEL = re.compile(r"(?:会社名|事業者名|企業名|組織名|法人名|company)\s*[:：]\s*(.+)", re.IGNORECASE)
_EVALUATIONS = frozenset((*CIA_FIELDS, "importance"))
_STALE = re.compile(r"前回|昨年|前年|去年|旧|old|last|previous", re.IGNORECASE)
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

_Read = tuple[Grid, ItemSheet, Collector]  # a questionnaire, and what was found reading it


def read_ledger(source: Source, method: Method, own: OwnHeaders, told: Mapping[str, str] | None = None) -> Ledger:
    """Reads ledgers, threats, checks and an earlier plan from one workbook.

    `own`: the headers of riskbook's own columns and lists. `told`: header texts of the client's → field, where the
    user has said so.
    Raises `LedgerError` where neither ledger nor questionnaire is found, or two sheets claim to be the threat
    or check sheet, and `PackageError` where openpyxl cannot read the workbook at all.
    """
    collector = Collector()
    vocabularies = {
        "ledger": Vocabulary(method, "ledger", own, told),
        "threats": Vocabulary(method, "threats", told=told),
        "checks": Vocabulary(method, "checks", told=told),
    }
    reader = LedgerReader(method, vocabularies["ledger"], collector, source.first_day)
    found: dict[str, list[tuple[Grid, HeaderBlock]]] = {kind: [] for kind in vocabularies}
    plan: list[dict[str, Any]] = []
    measures: list[dict[str, Any]] = []
    register: tuple[dict[str, Any], ...] = ()
    layout: ListLayout | None = None
    measure_layout: ListLayout | None = None
    response: list[dict[str, Any]] = []
    response_layout: ListLayout | None = None
    questionnaires: dict[str, list[_Read]] = {"self_check": [], "cloud": []}
    described: list[Recognised] = []
    answers: list[dict[str, str]] = []
    company: str | None = None
    for grid in _grids(source):
        kind = source.owned.sheets.get(grid.sheet_name)
        if kind == "plan":
            plan, layout = read_plan(grid, own.plan, own.states)
        elif kind == "measures":
            measures, measure_layout = read_measures(grid, own.measures, own.states)
        elif kind == "response":
            response, response_layout = read_response(grid, own.response)
        elif kind == "register":
            register = read_register(grid, own.register)
        elif kind == "findings":
            answers = read_answers(grid, own.findings)
        layouts = {"plan": layout, "measures": measure_layout, "response": response_layout}
        if kind in layouts and layouts[kind] is None:
            collector.add("plan-unreadable", grid.sheet_name)
        if kind is not None or grid.sheet_name in source.owned.copies:
            continue
        covered = _read_questionnaires(find_items, grid, method, questionnaires, described)
        masked = _masked(source, grid.sheet_name)
        recognised = _recognise(grid, vocabularies, masked, method)
        if covered and (recognised is None or recognised[0] != "ledger"):
            continue
        if covered and recognised is not None:
            # Under a ledger, the lines of a questionnaire are none of its rows.
            right = max(recognised[1].columns.values())
            grid.rows = {row: cells for row, cells in grid.rows.items() if covered.get(row, right + 1) > right}
        if recognised is None:
            if _read_questionnaires(find_numbered, grid, method, questionnaires, described):
                continue
            _report_unread(grid, vocabularies["ledger"], masked, method, collector)
            continue
        kind, block = recognised
        found[kind].append((grid, block))
        if kind == "ledger":
            company = company or _company(grid.texts_above(block.first_row))
            reader.read(grid, block, masked)
            if grid.state != "visible":
                collector.add("sheet-hidden", grid.sheet_name)
            if grid.facts.protected:
                collector.add("sheet-protected", grid.sheet_name)
    any_questionnaire = [grid for sheets in questionnaires.values() for grid, _, _ in sheets]
    if not found["ledger"]:
        if not any_questionnaire:
            raise LedgerError("no-ledger", sheets=tuple(source.sheet_states))
        collector.add("ledger-missing", any_questionnaire[0].sheet_name)
    first_sheet = found["ledger"][0][0].sheet_name if found["ledger"] else any_questionnaire[0].sheet_name
    seen = {title for sheets in found.values() for _, block in sheets for title in block.titles.values()}
    for header in told or {}:
        if not any(squeezed(header) in (title, title.split("(")[0]) for title in seen):
            collector.add("map-unused", first_sheet, text=header)
    for code in source.notices:
        collector.add(code, first_sheet)
    threats = _instrument(found["threats"], "threats")
    checks = _instrument(_real_checks(found["checks"], method), "checks")
    threat_rows = None if threats is None else read_threats(*threats, method, collector)
    check_rows = None if checks is None else read_checks(*checks, method, collector)
    for sheet in (threats, checks):
        if sheet is not None:
            report_assumed(*sheet, collector)
    if threats is None and found["ledger"]:
        collector.add("threat-sheet-missing", first_sheet)
    if checks is None and found["ledger"]:
        collector.add("check-sheet-missing", first_sheet)
    company = company or next((c for grid in any_questionnaire if (c := _company(grid.texts_above(5)))), None)
    for _, _, told_of_cloud in questionnaires["cloud"]:
        collector.adopt_all(told_of_cloud)
    self_check = _chosen(questionnaires["self_check"], method, collector)
    headers = "".join(title for _, block in found["ledger"] for title in block.titles.values())
    asked = "".join(
        one.question for sheets in questionnaires.values() for _, sheet, _ in sheets for one in sheet.answers
    )
    return Ledger(
        assets=_asset_frame(reader.records),
        threats=None if threat_rows is None else _typed(threat_rows, {"medium": "object", "frequency": "Int64"}),
        checks=None if check_rows is None else _typed(check_rows, {"number": "Int64", "answer": "Int64"}),
        plan=pd.DataFrame(plan, columns=list(PLAN_COLUMNS), dtype=object),
        plan_layout=layout,
        measure_lines=pd.DataFrame(measures, columns=list(MEASURE_COLUMNS), dtype=object),
        measure_layout=measure_layout,
        register=register,
        answers=tuple(answers),
        tables=tuple(reader.tables),
        findings=tuple(collector.findings()),
        lang="ja" if _JAPANESE.search(headers or asked) else "en",
        company=company,
        recognised=(
            *reader.recognised,
            *(
                describe(kind, *sheet, [record["row"] for record in rows or []])
                for kind, sheet, rows in (("threats", threats, threat_rows), ("checks", checks, check_rows))
                if sheet is not None
            ),
            *described,
        ),
        response_lines=tuple(response),
        response_layout=response_layout,
        self_check=self_check,
        clouds=tuple(sheet for _, sheet, _ in questionnaires["cloud"]),
    )


def _read_questionnaires(
    find: Callable[[Grid, Mapping[str, Any]], dict[int, tuple[int, int]] | None],
    grid: Grid,
    method: Method,
    found: Mapping[str, list[_Read]],
    described: list[Recognised],
) -> dict[int, int]:
    """Reads the guideline's questionnaires that stand on a sheet; the rows they cover, each with its first column."""
    covered: dict[int, int] = {}
    if _is_example(grid.sheet_name, method):
        return covered
    for kind, sheets in found.items():
        places = find(grid, method.instruments[kind])
        if places is not None and not _is_checks(grid, method):
            told = Collector()
            read, recognised = read_items(grid, kind, places, find is find_numbered, method, told)
            sheets += [(grid, sheet, told if number == 0 else Collector()) for number, sheet in enumerate(read)]
            described.append(recognised)
            rows = range(recognised.first_header_row, recognised.rows[-1] + 1)
            covered |= dict.fromkeys(rows, min(column for _, column in places.values()))
    return covered


def _is_checks(grid: Grid, method: Method) -> bool:
    """Whether a list of such items is the check sheet all the same: it names kinds of measure, or media."""
    block = find_header(grid, Vocabulary(method, "checks"), lambda row: frozenset())
    return block is not None and _names_kinds_or_media(grid, block, method)


def _chosen(found: Sequence[_Read], method: Method, collector: Collector) -> ItemSheet | None:
    """The self-check that counts: visible, named like one, of the latest year, with the most answers, the last."""
    if not found:
        return None
    spec = method.instruments["self_check"]

    def rank(place: int) -> tuple[Any, ...]:
        grid, sheet, _ = found[place]
        name = unicodedata.normalize("NFKC", grid.sheet_name)
        named = any(word.casefold() in name.casefold() for word in spec["names"])
        return (
            grid.state == "visible",
            named,
            not _STALE.search(name),
            year_of(name),
            bool(sheet.answered),
            sheet.answered,
            place,
        )

    place = max(range(len(found)), key=rank)
    for number, (grid, _, told) in enumerate(found):
        if number == place:
            collector.adopt_all(told)
        else:
            title = spec["title"]
            collector.add("items-several", grid.sheet_name, read=found[place][0].sheet_name, title=title)
    return found[place][1]


def _grids(source: Source) -> Iterator[Grid]:
    """The worksheets in tab order; openpyxl's fast mode, its stale dimensions thrown away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(source.data), read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # openpyxl raises whatever its parsers stumble over
            raise PackageError("unreadable", detail=f"{type(error).__name__}: {error}") from error
        try:
            for sheet in book.worksheets:
                if sheet.title not in source.sheet_states:
                    continue
                sheet.reset_dimensions()
                rows = enumerate(sheet.iter_rows(values_only=True), start=1)
                yield Grid(sheet.title, source.sheet_states[sheet.title], source, rows)
        finally:
            book.close()


def _masked(source: Source, sheet_name: str) -> Masked:
    """The columns of a client's sheet that riskbook wrote, by row; rows under its last belong to the same table."""
    areas = [area for _, area in source.owned.columns.get(sheet_name, ())]
    starts = sorted({area.first_row for area in areas})

    def columns(row: int) -> frozenset[int]:
        start = max((first for first in starts if first <= row), default=0)
        return frozenset(area.first_column for area in areas if area.first_row == start)

    return columns


def _recognise(
    grid: Grid, vocabularies: Mapping[str, Vocabulary], masked: Masked, method: Method
) -> tuple[str, HeaderBlock] | None:
    """What kind of table a sheet holds; None for an example, or a sheet with none of them."""
    if _is_example(grid.sheet_name, method):
        return None
    for kind, vocabulary in vocabularies.items():
        block = find_header(grid, vocabulary, masked)
        if block is not None:
            above = grid.texts_above(block.first_row)
            return None if any(_is_title_of_example(text, method) for text in above) else (kind, block)
    return None


def _report_unread(grid: Grid, vocabulary: Vocabulary, masked: Masked, method: Method, collector: Collector) -> None:
    """A sheet that is much like a ledger and yet was not read as one."""
    if _is_example(grid.sheet_name, method):
        return
    for row in sorted(grid.rows):
        headers = header_hits(grid, row, vocabulary, masked)
        if len(headers & _EVALUATIONS) >= 2 or ("台帳" in grid.sheet_name and len(headers) >= 3):
            if not any(_is_title_of_example(text, method) for text in grid.texts_above(row)):
                collector.add("sheet-ignored", grid.sheet_name, row, 1, found=tuple(sorted(headers)))
            return


def _is_title_of_example(text: str, method: Method) -> bool:
    """Whether a text above a table calls it an example; a note that only points to one does not."""
    note = text.strip().startswith(tuple(method.tables["words"]["note_marks"]))
    return _is_example(text, method) and not note and not _POINTS_ELSEWHERE.search(text)


def _is_example(text: str, method: Method) -> bool:
    shown = unicodedata.normalize("NFKC", text).casefold()
    return any(word.casefold() in shown for word in method.tables["words"]["example"])


def _instrument(found: list[tuple[Grid, HeaderBlock]], kind: str) -> tuple[Grid, HeaderBlock] | None:
    """The one sheet of its kind; a visible one before hidden ones."""
    visible = [entry for entry in found if entry[0].state == "visible"]
    candidates = visible or found
    if len(candidates) > 1:
        names = tuple(grid.sheet_name for grid, _ in candidates)
        raise LedgerError(f"two-{kind}", sheets=names)
    return candidates[0] if candidates else None


def _real_checks(found: list[tuple[Grid, HeaderBlock]], method: Method) -> list[tuple[Grid, HeaderBlock]]:
    """Of several lists of questions, those about the guideline's kinds of measure or media (others are self-checks)."""
    if len(found) < 2:
        return found
    return [entry for entry in found if _names_kinds_or_media(*entry, method)] or found


def _names_kinds_or_media(grid: Grid, block: HeaderBlock, method: Method) -> bool:
    if any(field.startswith("applies:") for field in block.columns):
        return True
    return any(record["number"] is not None for record in read_checks(grid, block, method, Collector()))


def _company(texts: list[str]) -> str | None:
    for text in texts:
        match = _COMPANY_LABEL.search(text)
        if match:
            return match[1].strip()
        match = _COMPANY.search(text) or _COMPANY_EN.search(text)
        if match:
            return match[0].strip("　 :：")
    return None


def _typed(records: list[dict[str, Any]], dtypes: Mapping[str, str]) -> pd.DataFrame:
    columns = list(records[0]) if records else [*dtypes, "media", "question", "sheet", "row"]
    return pd.DataFrame.from_records(records, columns=columns).astype(dict(dtypes))


def _asset_frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    """The assets with the dtypes that `Ledger` promises, also where there are none."""
    dtypes: dict[str, str] = {"sheet": "object", "row": "Int64", "table": "Int64", "hidden": "bool"}
    dtypes |= dict.fromkeys((*TEXT_FIELDS, "media", "medium_text"), "object") | dict.fromkeys(MARK_FIELDS, "bool")
    dtypes |= dict.fromkeys((*CIA_FIELDS, *FORM_FIELDS), "Int64")
    dtypes |= {f"{field}_blank": "bool" for field in CIA_FIELDS}
    dtypes |= {f"{field}_formula": "bool" for field in FORM_FIELDS}
    dtypes |= {
        "retention_text": "object",
        "retention_years": "Float64",
        "retention_date": "object",
        "registered": "object",
    }
    dtypes |= dict.fromkeys(YEN_FIELDS, "Float64")
    columns = {name: [record[name] for record in records] for name in dtypes}
    return pd.DataFrame({name: pd.Series(values, dtype=dtypes[name]) for name, values in columns.items()})
