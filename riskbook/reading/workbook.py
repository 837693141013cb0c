"""Reads a workbook into a `Ledger`, sheet by sheet."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

import openpyxl
import pandas as pd

from riskbook.errors import LedgerError, PackageError
from riskbook.method import Method, QuestionnaireSpec
from riskbook.model import (
    ASSET_DTYPES,
    CIA_FIELDS,
    FORM_FIELDS,
    EarlierList,
    ItemSheet,
    Ledger,
    OwnHeaders,
    OwnList,
    Recognised,
    Source,
    folded,
    narrow,
    nullable,
    objects,
    squeezed,
)
from riskbook.reading import scales
from riskbook.reading.answers import find_checks
from riskbook.reading.begun import begun_ledger, report_begun
from riskbook.reading.collect import Collector
from riskbook.reading.columns import describe
from riskbook.reading.company import company_in
from riskbook.reading.earlier import read_earlier
from riskbook.reading.form_sheets import read_checks, read_threats, report_assumed
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock, Masked, Vocabulary
from riskbook.reading.ledger import LedgerReader
from riskbook.reading.nearmiss import NearMiss, near_miss
from riskbook.reading.questionnaires.columns import year_of
from riskbook.reading.questionnaires.read import find_items, find_numbered, read_items
from riskbook.reading.recognise import (
    check_sheets,
    form_sheet,
    is_checks,
    is_example,
    is_title_of_example,
    is_unread_ledger,
    masked_columns,
    recognise,
)

_MOST_NEAR = 3  # sheets named where there is no ledger
_STALE = re.compile(r"前回|昨年|前年|去年|旧|old|last|previous", re.IGNORECASE)
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

# What is said of a form that nobody has filled in, cell by cell.
_OF_BLANKS = frozenset(
    ("threat-unanswered", "check-unanswered", "threat-sheet-missing", "check-sheet-missing", "sheet-protected")
)

_TITLE_ROWS = 6  # above which a sheet may be called an example

_Questionnaire = tuple[Grid, ItemSheet, Collector]  # its sheet, its answers, the findings of reading it
_Finder = Callable[[Grid, QuestionnaireSpec], dict[int, tuple[int, int]] | None]


def read_ledger(
    source: Source,
    method: Method,
    own: OwnHeaders,
    mapped: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Ledger:
    """Reads ledgers, threats, checks, questionnaires and riskbook's own lists of an earlier run from one workbook.

    `own`: the headers of riskbook's own columns and lists. `mapped`: the client's header text → field, `kinds`: the
    client's tab → "ledger", "threats", "checks" or "none", both as given by the user. Raises `LedgerError` where there
    is neither ledger nor questionnaire, or more than one threat or check sheet, and `PackageError` where openpyxl
    cannot read the workbook.
    """
    reading = _Reading(source, method, own, mapped or {}, kinds or {})
    for grid in _grids(source):
        reading.read_sheet(grid)
    return reading.ledger()


def read_list(source: Source, own: OwnList) -> EarlierList | None:
    """The first list of this kind in a workbook; None where no sheet has its headers. Raises `PackageError`."""
    found = (read_earlier(grid, own, {}) for grid in _grids(source))
    return next((one for one in found if one is not None), None)


class _Reading:
    """A workbook while it is read: what its sheets so far hold."""

    def __init__(
        self, source: Source, method: Method, own: OwnHeaders, mapped: Mapping[str, str], kinds: Mapping[str, str]
    ) -> None:
        self._source, self._method, self._own, self._mapped = source, method, own, mapped
        self._kinds = {folded(name): kind for name, kind in kinds.items()}
        self._out = Collector()
        self._vocabularies = {
            "ledger": Vocabulary(method, "ledger", own, mapped),
            "threats": Vocabulary(method, "threats", mapped=mapped),
            "checks": Vocabulary(method, "checks", mapped=mapped),
        }
        self._reader = LedgerReader(method, self._vocabularies["ledger"], self._out, source.first_day)
        self._tables: dict[str, list[tuple[Grid, HeaderBlock]]] = {kind: [] for kind in self._vocabularies}
        self._questionnaires: dict[str, list[_Questionnaire]] = {"self_check": [], "cloud": []}
        self._by_answers: list[tuple[Grid, HeaderBlock]] = []  # check sheets known by their answers alone
        self._begun: list[tuple[Grid, HeaderBlock, Masked]] = []  # ledgers that lack all ratings
        self._misses: list[NearMiss] = []
        self._described: list[Recognised] = []
        self._earlier: dict[str, EarlierList] = {}
        self._later: dict[str, Callable[[], EarlierList | None]] = {}
        self._company: str | None = None
        self._criteria: scales.Evidence | None = None  # of a sheet of criteria

    # --- sheet by sheet ---

    def read_sheet(self, grid: Grid) -> None:
        """Reads one sheet: one of riskbook's lists, or a sheet of the client's."""
        kind = self._source.owned.sheets.get(grid.sheet_name)
        if kind is not None:
            self._read_own(grid, kind)
        elif grid.sheet_name not in self._source.owned.copies:
            self._read_clients(grid)

    def _read_own(self, grid: Grid, kind: str) -> None:
        own = self._own.lists.get(kind)
        if own is not None and own.later:
            self._later[kind] = cache(partial(read_earlier, grid, own, self._own.states))
            return
        earlier = None if own is None else read_earlier(grid, own, self._own.states)
        if earlier is not None:
            self._earlier[kind] = earlier
        elif own is not None and own.editable:
            self._out.add("plan-unreadable", grid.sheet_name)

    def _read_clients(self, grid: Grid) -> None:
        kind = self._kinds.get(folded(grid.sheet_name))
        if kind == "none":
            return
        vocabularies = self._vocabularies if kind is None else {kind: self._vocabularies[kind]}
        covered = self._read_questionnaires(find_items, grid)
        masked = masked_columns(self._source, grid.sheet_name)
        recognised = recognise(grid, vocabularies, masked, self._method)
        if covered and (recognised is None or recognised[0] != "ledger"):
            return
        if recognised is None:
            if not is_example(grid.sheet_name, self._method) and not self._is_example_above(grid, _TITLE_ROWS):
                self._criteria = self._criteria or scales.criteria(grid, self._method.scale_of("confidentiality"))
            if not self._read_questionnaires(find_numbered, grid):
                self._set_aside(grid, masked)
            return
        kind, block = recognised
        if covered:
            # The lines of a questionnaire below a ledger are no assets.
            right = max(block.columns.values())
            grid.rows = {row: cells for row, cells in grid.rows.items() if covered.get(row, right + 1) > right}
        self._tables[kind].append((grid, block))
        if grid.facts.check_boxes:
            self._out.add("form-controls", grid.sheet_name, count=grid.facts.check_boxes)
        if kind == "ledger":
            self._read_ledger(grid, block, masked)

    def _set_aside(self, grid: Grid, masked: Masked) -> None:
        """Keeps a sheet without headers of any table, for what its content says."""
        if is_example(grid.sheet_name, self._method):
            return
        checks = find_checks(grid, self._vocabularies["checks"], self._method)
        if checks is not None and not self._is_example_above(grid, checks.first_row):
            grid.read_to(None)
            self._by_answers.append((grid, checks))
            return
        begun = begun_ledger(grid, self._vocabularies["ledger"], masked, self._method)
        if begun is not None and not self._is_example_above(grid, begun.first_row):
            grid.read_to(None)
            self._begun.append((grid, begun, masked))
        for kind, vocabulary in self._vocabularies.items():
            miss = near_miss(grid, kind, vocabulary, masked, self._method)
            if miss is not None and not self._is_example_above(grid, miss.row):
                self._misses.append(miss)

    def _is_example_above(self, grid: Grid, row: int) -> bool:
        return any(is_title_of_example(text, self._method) for text in grid.texts_above(row))

    def _nearest(self, kind: str) -> list[NearMiss]:
        """The sheets that come near a kind of table, the nearest first."""
        misses = [miss for miss in self._misses if miss.kind == kind]
        return sorted(misses, key=lambda miss: -miss.nearness)[:_MOST_NEAR]

    def _read_begun(self) -> None:
        """Reads the ledgers without ratings, where no other one is a ledger: they are to be completed."""
        for grid, block, masked in self._begun:
            self._tables["ledger"].append((grid, block))
            self._read_ledger(grid, block, masked)
            report_begun(grid, block, self._vocabularies["ledger"], self._out)

    def _read_ledger(self, grid: Grid, block: HeaderBlock, masked: Masked) -> None:
        self._company = self._company or company_in(grid.texts_above(block.first_row))
        self._reader.read(grid, block, masked)
        if grid.state != "visible":
            self._out.add("sheet-hidden", grid.sheet_name)
        if grid.facts.protected:
            self._out.add("sheet-protected", grid.sheet_name)

    def _read_questionnaires(self, find: _Finder, grid: Grid) -> dict[int, int]:
        """Reads the guideline's questionnaires on a sheet; returns each row they cover → its first column."""
        covered: dict[int, int] = {}
        if is_example(grid.sheet_name, self._method):
            return covered
        for kind, sheets in self._questionnaires.items():
            places = find(grid, self._method.instruments.questionnaire(kind))
            if places is None or is_checks(grid, self._method):
                continue
            out = Collector()
            read, recognised = read_items(grid, kind, places, find is find_numbered, self._method, out)
            sheets += [(grid, sheet, out if number == 0 else Collector()) for number, sheet in enumerate(read)]
            self._described.append(recognised)
            rows = range(recognised.first_header_row, recognised.rows[-1] + 1)
            covered |= dict.fromkeys(rows, min(column for _, column in places.values()))
        return covered

    # --- all together ---

    def ledger(self) -> Ledger:
        """The result of all sheets. Raises `LedgerError` as `read_ledger` does."""
        asked = [grid for sheets in self._questionnaires.values() for grid, _, _ in sheets]
        if not self._tables["ledger"]:
            self._read_begun()
        ledgers = [grid for grid, _ in self._tables["ledger"]]
        near = self._nearest("ledger")
        if not ledgers and not asked:
            nearest = tuple(miss.as_params() for miss in near)
            raise LedgerError("no-ledger", sheets=tuple(self._source.sheet_states), nearest=nearest)
        if not ledgers and near:
            self._out.add("ledger-missing", asked[0].sheet_name, variant="near", near=near[0].as_params())
        elif not ledgers:
            self._out.add("ledger-missing", asked[0].sheet_name)
        read = {grid.sheet_name for grid in ledgers}
        for miss in self._misses if ledgers else ():
            if miss.kind == "ledger" and miss.sheet not in read and is_unread_ledger(miss):
                self._out.add("sheet-ignored", miss.sheet, miss.row, miss.column, near=miss.as_params())
        if self._criteria:
            self._reader.distrust(self._criteria)
        first_sheet = [*ledgers, *asked][0].sheet_name
        self._report_workbook(first_sheet)
        threats = form_sheet(self._tables["threats"], "threats")
        seen = [entry for entry in self._by_answers if entry[0].state == "visible"] or self._by_answers
        if not self._tables["checks"] and len(seen) == 1:
            self._tables["checks"] = seen
        checks = form_sheet(check_sheets(self._tables["checks"], self._method), "checks")
        threat_rows = None if threats is None else read_threats(*threats, self._method, self._out)
        check_rows = None if checks is None else read_checks(*checks, self._method, self._out)
        for sheet in (threats, checks):
            if sheet is not None:
                report_assumed(*sheet, self._out)
        for kind, missing in (("threats", threats is None), ("checks", checks is None)):
            if missing and ledgers:
                self._report_missing(kind, first_sheet)
        filled_in = (
            self._reader.records,
            [row for row in threat_rows or () if row["frequency"] is not None],
            [row for row in check_rows or () if row["answered"]],
        )
        # Rows that were left out hold what somebody typed: then the form is not empty.
        if ledgers and not any(filled_in) and not self._out.has(("row-ignored", "row-deleted")):
            self._out.drop(_OF_BLANKS)
            self._out.add("form-empty", first_sheet)
        company = self._company or next((c for grid in asked if (c := company_in(grid.texts_above(5)))), None)
        for _, _, of_cloud in self._questionnaires["cloud"]:
            self._out.adopt_all(of_cloud)
        self_check = _choose_self_check(self._questionnaires["self_check"], self._method, self._out)
        form_sheets = [
            describe(kind, *sheet, [record["row"] for record in rows or []])
            for kind, sheet, rows in (("threats", threats, threat_rows), ("checks", checks, check_rows))
            if sheet is not None
        ]
        return Ledger(
            assets=_asset_frame(self._reader.records),
            threats=None if threat_rows is None else _typed(threat_rows, {"medium": "object", "frequency": "Int64"}),
            checks=None if check_rows is None else _typed(check_rows, {"number": "Int64", "answer": "Int64"}),
            earlier=self._earlier,
            later=self._later,
            tables=tuple(self._reader.tables),
            findings=tuple(self._out.findings()),
            lang=self._language(),
            company=company,
            recognised=(*self._reader.recognised, *form_sheets, *self._described),
            self_check=self_check,
            clouds=tuple(sheet for _, sheet, _ in self._questionnaires["cloud"]),
        )

    def _report_missing(self, kind: str, first_sheet: str) -> None:
        """Reports that the workbook has no threat or check sheet, and the sheet that comes nearest."""
        code = {"threats": "threat-sheet-missing", "checks": "check-sheet-missing"}[kind]
        near = self._nearest(kind)
        if kind == "checks" and self._by_answers:
            names = tuple(grid.sheet_name for grid, _ in self._by_answers)
            self._out.add(code, names[0], variant="several", sheets=names)
        elif near:
            self._out.add(code, near[0].sheet, near[0].row, near[0].column, variant="near", near=near[0].as_params())
        else:
            self._out.add(code, first_sheet)

    def _report_workbook(self, first_sheet: str) -> None:
        """Reports headers that the user gave and no sheet has, and the notices about the whole workbook."""
        seen = {title for sheets in self._tables.values() for _, block in sheets for title in block.titles.values()}
        for header in self._mapped:
            if not any(squeezed(header) in (title, title.split("(")[0]) for title in seen):
                self._out.add("map-unused", first_sheet, text=header)
        for code in self._source.notices:
            self._out.add(code, first_sheet)

    def _language(self) -> str:
        """The language ("ja" | "en") of the ledgers' headers, or of the questions where there is no ledger."""
        headers = "".join(title for _, block in self._tables["ledger"] for title in block.titles.values())
        sheets = (sheet for found in self._questionnaires.values() for _, sheet, _ in found)
        asked = "".join(one.question for sheet in sheets for one in sheet.answers)
        return "ja" if _JAPANESE.search(headers or asked) else "en"


def _choose_self_check(candidates: Sequence[_Questionnaire], method: Method, collector: Collector) -> ItemSheet | None:
    """The self-check that counts of several: visible, named like one, not an old one, of the latest year, with answers.

    Among equals the one with the most answers, then the last. The others are reported.
    """
    if not candidates:
        return None
    spec = method.instruments.self_check

    def rank(place: int) -> tuple[Any, ...]:
        grid, sheet, _ = candidates[place]
        name = narrow(grid.sheet_name)
        named = any(word.casefold() in name.casefold() for word in spec.names)
        return (
            grid.state == "visible",
            named,
            not _STALE.search(name),
            year_of(name),
            bool(sheet.answered),
            sheet.answered,
            place,
        )

    place = max(range(len(candidates)), key=rank)
    for number, (grid, _, findings) in enumerate(candidates):
        if number == place:
            collector.adopt_all(findings)
        else:
            title = spec.title.by_language()
            collector.add("items-several", grid.sheet_name, read=candidates[place][0].sheet_name, title=title)
    return candidates[place][1]


def _grids(source: Source) -> Iterator[Grid]:
    """The worksheets in tab order, with cached values, in openpyxl's read-only mode."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of extensions that it does not know
        try:
            # data_only: of formulas the values that the program which saved the workbook computed.
            book = openpyxl.load_workbook(io.BytesIO(source.data), read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # openpyxl raises many kinds of error for a damaged part
            raise PackageError("unreadable", detail=f"{type(error).__name__}: {error}") from error
        for sheet in book.worksheets:  # the book stays open, since some sheets are read later
            if sheet.title not in source.sheet_states:
                continue
            sheet.reset_dimensions()  # those in the file may be outdated; openpyxl would read no cell outside
            rows = enumerate(sheet.iter_rows(values_only=True), start=1)
            yield Grid(sheet.title, source.sheet_states[sheet.title], source, rows)


def _typed(records: list[dict[str, Any]], dtypes: Mapping[str, str]) -> pd.DataFrame:
    columns = list(records[0]) if records else [*dtypes, "media", "question", "item", "sheet", "row"]
    return pd.DataFrame.from_records(records, columns=columns).astype(dict(dtypes))


def _asset_frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    """The frame of assets with the dtypes that `Ledger` promises, also without any asset."""
    dtypes = {
        **ASSET_DTYPES,
        **{f"{field}_blank": "bool" for field in CIA_FIELDS},
        **{f"{field}_formula": "bool" for field in FORM_FIELDS},
        **{f"{field}_unread": "bool" for field in (*CIA_FIELDS, *FORM_FIELDS)},
    }
    # The columns of texts in one piece: pandas takes longer for each column than for its values.
    texts = objects(records, [name for name, dtype in dtypes.items() if dtype == "object"], range(len(records)))
    others = {n: nullable([record[n] for record in records], dtype) for n, dtype in dtypes.items() if dtype != "object"}
    return pd.concat([texts, pd.DataFrame(others)], axis="columns")[list(dtypes)]
