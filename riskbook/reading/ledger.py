"""Reads ledger tables: which rows are assets, and the value of each of their cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from riskbook.method import Method
from riskbook.model import (
    CIA_FIELDS,
    FORM_FIELDS,
    MARK_FIELDS,
    TEXT_FIELDS,
    YEN_FIELDS,
    LedgerTable,
    Recognised,
    profile_line,
)
from riskbook.reading import columns, relations, scales, values
from riskbook.reading.collect import Collector
from riskbook.reading.columns import describe
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock, Masked, Vocabulary, header_at, header_hits
from riskbook.reading.layouts import Arranged, arrange
from riskbook.reading.rows import Rows
from riskbook.reading.values import Parsed, is_blank

_ENOUGH_HEADERS = 4  # cells of a row that are headers


class LedgerReader:
    """Reads the ledger tables of a workbook into `records`, one an asset row, as `Ledger.assets` has them."""

    def __init__(
        self, method: Method, vocabulary: Vocabulary, collector: Collector, first_day: date = date(1899, 12, 30)
    ) -> None:
        self._method = method
        self._first_day = first_day
        self._vocabulary = vocabulary
        self._out = collector
        self._rows = Rows(method, collector)
        # The factors that people may type into the row, though a form computes them.
        self._typed = ("importance", "threat", "vulnerability" if method.has_vulnerability else "likelihood")
        self.records: list[dict[str, Any]] = []
        self.tables: list[LedgerTable] = []
        self.recognised: list[Recognised] = []
        self._closed: list[tuple[Grid, HeaderBlock, list[dict[str, Any]], dict[str, scales.Evidence]]] = []
        self._unread: list[tuple[str, int, int, str, Any]] = []  # field, row, column, problem, content

    def read(self, grid: Grid, block: HeaderBlock, masked: Masked) -> None:
        """Reads all ledger tables of one sheet; `block`: its first header block.

        The same header again is skipped as a repetition; another header begins a new table.
        """
        grid.read_to(None)
        for header, rows in self._tables_of(grid, block, masked):
            table = arrange(grid, header, rows, self._vocabulary, self._method, self._out)
            last, started = header.last_row, len(self.records)
            for row in table.rows:
                if self._read_row(table.grid, table.block, row, masked):
                    last = table.grid.end_of(row)
                    if row in table.doubtful:
                        self._doubt(self.records[-1])
            self._close(table, header, last, started, masked)

    def _tables_of(self, grid: Grid, block: HeaderBlock, masked: Masked) -> Iterator[tuple[HeaderBlock, list[int]]]:
        """The header block and the rows of each table on a sheet."""
        vocabulary = self._vocabulary.named() if block.other_layout else self._vocabulary
        numbers = sorted(number for number in grid.rows if number > block.last_row)
        rows: list[int] = []
        position = 0
        while position < len(numbers):
            row = numbers[position]
            position += 1
            following = header_at(grid, row, vocabulary, masked)
            if following is not None and following.titles != block.titles:
                yield block, rows
                block, rows = following, []
            if following is not None:
                if following is not block:
                    self._out.add("row-ignored", grid.sheet_name, row, 1, variant="header", severity="info")
                while position < len(numbers) and numbers[position] <= following.last_row:
                    position += 1
                continue
            if len(header_hits(grid, row, vocabulary, masked)) >= _ENOUGH_HEADERS:
                # The headers of a table that cannot be read: its rows are not read by the headers above.
                self._out.add("row-ignored", grid.sheet_name, row, 1, variant="table", severity="warning")
                position = next(
                    (n for n in range(position, len(numbers)) if header_at(grid, numbers[n], vocabulary, masked)),
                    len(numbers),
                )
                continue
            rows.append(row)
        yield block, rows

    def _doubt(self, record: dict[str, Any]) -> None:
        """Trusts no rating of a row that may be part of another asset, which was reported."""
        for field in (*CIA_FIELDS, "importance"):
            record[field], record[f"{field}_unread"] = None, True

    def _close(self, arranged: Arranged, header: HeaderBlock, last: int, started: int, masked: Masked) -> None:
        """Ends a table whose last asset is in row `last` and whose records begin at `started`."""
        grid, block = arranged.grid, arranged.block
        table = LedgerTable(
            grid.sheet_name,
            block.first_row,
            block.last_row,
            last,
            last_column=max(arranged.columns.values()),
            columns=dict(arranged.columns),
            own_columns=block.own_columns,
        )
        for record in self.records[started:]:
            record["table"] = len(self.tables)
        self._distrust_foreign_scales(grid, block, self.records[started:])
        columns.report_overwritten(grid, table, self.records[started:], self._out)
        columns.report_columns(grid, block, table, masked, self._vocabulary, self._out)
        real = replace(header, columns=arranged.columns, competing=block.competing)
        self.recognised.append(describe("ledger", grid, real, [r["row"] for r in self.records[started:]]))
        self.tables.append(table)

    def _distrust_foreign_scales(self, grid: Grid, block: HeaderBlock, records: list[dict[str, Any]]) -> None:
        """Reports ratings on another scale than the method's; nothing that rests on them is computed."""
        rows = [record["row"] for record in records]
        found = scales.foreign(grid, block, rows, self._method)
        self._distrust(found, grid, block, records)
        self._report_unread(grid.sheet_name, found)
        for field, variant, methods in relations.other_formulas(grid, block, rows, self._method):
            place = (grid.sheet_name, block.last_row, block.columns[field])
            self._out.add("formula-other", *place, variant=variant, methods=methods)
        self._closed.append((grid, block, records, found))

    def distrust(self, seen: scales.Evidence) -> None:
        """Trusts no evaluation of any table: a sheet of criteria states another scale than the method's."""
        for grid, block, records, found in self._closed:
            fields = [f for f in scales.EVALUATIONS if f in block.columns and f not in self._method.settled]
            self._distrust({f: seen for f in fields if f not in found}, grid, block, records)

    def _distrust(
        self, found: dict[str, scales.Evidence], grid: Grid, block: HeaderBlock, records: list[dict[str, Any]]
    ) -> None:
        for keys, first, seen in scales.findings(found, block):
            variant = "" if keys == ("evaluation",) else "factor"
            line = profile_line(("scale", *keys), seen.grades)
            params: dict[str, Any] = {"found": f"{seen.where} {seen.seen}".strip(), "line": line}
            numbers = {int(typed) for typed in seen.grades if typed.isdecimal()}
            if first in scales.EVALUATIONS and len(numbers) == len(seen.grades):
                params["methods"] = relations.methods_with(numbers, self._method)
            if variant:
                params["field"] = first
            self._out.add(
                "scale-foreign", grid.sheet_name, block.last_row, block.columns[first], variant=variant, **params
            )
        for record in records:
            for field in found:
                at = block.columns[field]
                if not is_blank(grid.counted_value(record["row"], at)) and not record.get(f"{field}_formula"):
                    record[field], record[f"{field}_unread"] = None, True

    def _report_unread(self, sheet: str, foreign: dict[str, scales.Evidence]) -> None:
        """Reports the ratings that were not understood, but for those on a scale that was reported as a whole."""
        for field, row, column, problem, raw in self._unread:
            shown = values.text(raw) or ""
            if field in foreign and scales.explains(foreign[field], shown):
                continue
            line = profile_line(("scale", field, shown), scales.grade_of(shown, self._method.scale_of(field)))
            # 0 is on no present scale, but on that of the guideline's edition 2.1 (0 to 2).
            if problem == "zero" and field in CIA_FIELDS:
                old = profile_line(("scale", "evaluation"), scales.OLD)
                self._out.add_alike("cia-scale-old", sheet, row, column, line=old)
            elif field in CIA_FIELDS:
                self._out.add("cia-out-of-range", sheet, row, column, found=shown, line=line)
            else:
                self._out.add("factor-unreadable", sheet, row, column, found=shown, line=line)
        self._unread.clear()

    # --- rows ---

    def _read_row(self, grid: Grid, block: HeaderBlock, row: int, masked: Masked) -> bool:
        """Reads one row; True where it is an asset."""
        # Rows prepared for later have formulas and often a number: only what was typed makes an asset.
        typed = {
            field: value
            for field, column in block.columns.items()
            if not is_blank(value := grid.value(row, column)) and not grid.is_formula(row, column)
        }
        content = {field: value for field, value in typed.items() if field not in (*FORM_FIELDS, "asset_id")}
        if content and grid.is_struck(row, block.columns["name"]):
            shown = values.text(grid.merged_value(row, block.columns["name"]))
            self._out.add("row-deleted", grid.sheet_name, row, block.columns["name"], text=shown)
            return False
        if not content:
            self._rows.report_leftover(grid, block, row, typed, masked)
            return False
        rated = any(field in typed for field in ("importance", "threat", "vulnerability"))
        if self._rows.is_no_asset(grid, block, row, content, rated):
            return False
        self.records.append(self._record(grid, block, row))
        return True

    def _record(self, grid: Grid, block: HeaderBlock, row: int) -> dict[str, Any]:
        sheet = grid.sheet_name
        record: dict[str, Any] = {"sheet": sheet, "row": row, "table": 0, "hidden": row in grid.facts.hidden_rows}
        shown = grid.counted_values(row, block.columns)
        cells = {field: None if values.is_error(value) else value for field, value in shown.items()}
        for field, value in shown.items():
            if value is not None and cells[field] is None:
                severity = "warning" if field in FORM_FIELDS else "error"
                self._out.add("error-cell", sheet, row, block.columns[field], severity=severity, found=value)
        for field in TEXT_FIELDS:
            record[field] = values.text(cells.get(field))
        # A risk owner is a column of its own where both stand, else it is the department.
        if record["department"] is None:
            record["department"] = record["owner"]
        if record["name"] is None:
            self._out.add("name-missing", sheet, row, block.columns["name"])
        if record["hidden"]:
            self._out.add_alike("row-hidden", sheet, row, block.columns["name"])
        record.update(self._media(sheet, row, block, cells.get("medium")))
        for field in MARK_FIELDS:
            record[field] = self._mark(sheet, row, block.columns.get(field), cells.get(field))
        for field in CIA_FIELDS:
            parsed = self._evaluation(field, sheet, row, block.columns.get(field), cells.get(field))
            record[field] = None if parsed.value is None else int(parsed.value)
            record[f"{field}_blank"] = is_blank(shown.get(field))
            record[f"{field}_unread"] = bool(parsed.problem) or values.is_error(shown.get(field))
        for field in FORM_FIELDS:
            formula = field in block.columns and grid.is_formula(row, block.columns[field])
            record[f"{field}_formula"] = formula
            record[field], record[f"{field}_unread"] = self._form_value(
                sheet, row, block, field, cells.get(field), formula
            )
        record.update(self._dates(sheet, row, block, cells))
        for field in YEN_FIELDS:
            parsed = values.yen(cells.get(field), values.yen_unit(block.titles.get(block.columns.get(field, 0), "")))
            record[field] = parsed.value
            self._report(parsed, sheet, row, block.columns.get(field, 0), "amount-unreadable", cells.get(field))
        return record

    # --- cells ---

    def _report(self, parsed: Parsed, sheet: str, row: int, column: int, code: str, raw: Any) -> None:
        if parsed.problem:
            self._out.add(code, sheet, row, column, found=values.text(raw))
        elif parsed.how:
            self._out.add_alike("value-normalised", sheet, row, column, variant=parsed.how)

    def _media(self, sheet: str, row: int, block: HeaderBlock, raw: Any) -> dict[str, Any]:
        parsed = values.media(raw, self._method)
        column = block.columns.get("medium", block.columns["name"])
        shown = values.text(raw)
        names: tuple[str, ...] = parsed.value or ()
        if "medium" not in block.columns:
            self._out.add_alike("medium-missing", sheet, row, column, variant="column")
        elif shown is None:
            self._out.add("medium-missing", sheet, row, column)
        elif parsed.problem == "unknown":
            guess = values.nearest_medium(shown, self._method)
            line = profile_line(("values", "medium", shown), guess)
            self._out.add(
                "medium-unknown", sheet, row, column, found=shown, allowed=self._method.medium_names, line=line
            )
        elif len(names) > 1 or parsed.problem == "partly":
            variant = "partly" if parsed.problem else ""
            self._out.add("medium-multiple", sheet, row, column, variant=variant, found=shown, media=names)
        elif parsed.how:
            guessed = parsed.how == "misspelt"
            self._out.add_alike(
                "medium-normalised",
                sheet,
                row,
                column,
                variant="misspelt" if guessed else "",
                severity="warning" if guessed else "",
                found=shown,
                medium=names[0],
            )
        return {"media": names, "medium_text": shown}

    def _mark(self, sheet: str, row: int, column: int | None, raw: Any) -> bool:
        personal = self._method.personal
        parsed = values.mark(raw, personal.marks_yes, personal.marks_no)
        if column:
            self._report(parsed, sheet, row, column, "mark-unreadable", raw)
        return bool(parsed.value)

    def _evaluation(self, field: str, sheet: str, row: int, column: int | None, raw: Any) -> Parsed:
        parsed = values.graded(raw, self._method.scale_of(field))
        if parsed.problem and column:
            self._unread.append((field, row, column, parsed.problem, raw))
        elif parsed.value is not None and column and field in self._method.profiled:
            self._out.add_alike("value-normalised", sheet, row, column, variant="profile")
        elif parsed.how and column:
            self._out.add_alike("value-normalised", sheet, row, column, variant=parsed.how)
        return parsed

    def _form_value(
        self, sheet: str, row: int, block: HeaderBlock, field: str, raw: Any, formula: bool
    ) -> tuple[int | None, bool]:
        """The value of a column that the form computes, and whether a value was typed there that says nothing."""
        if field == "risk":
            parsed = values.whole(raw, range(1, self._method.highest_risk + 1), {}, sentences=True)
        else:
            parsed = values.graded(raw, self._method.scale_of(field), sentences=True)
        if not formula and parsed.problem and field in self._typed:
            self._unread.append((field, row, block.columns[field], parsed.problem, raw))
        elif not formula and parsed.problem == "out-of-range" and field == "risk":
            highest = self._method.highest_risk
            self._out.add_alike("risk-out-of-range", sheet, row, block.columns[field], highest=highest)
        elif not formula and parsed.value is not None and field in self._method.profiled:
            self._out.add_alike("value-normalised", sheet, row, block.columns[field], variant="profile")
        elif not formula and parsed.how:
            self._out.add_alike("value-normalised", sheet, row, block.columns[field], variant=parsed.how)
        if formula and parsed.problem == "zero":
            return 0, False  # shown by a formula without inputs; as a factor it counts as unknown
        return None if parsed.value is None else int(parsed.value), not formula and bool(parsed.problem)

    def _dates(self, sheet: str, row: int, block: HeaderBlock, cells: dict[str, Any]) -> dict[str, Any]:
        period = values.retention(cells.get("retention"), self._method, self._first_day)
        if period.problem:
            column = block.columns["retention"]
            found = values.text(cells.get("retention"))
            self._out.add("date-unreadable", sheet, row, column, variant="retention", severity="info", found=found)
        else:
            self._report(period, sheet, row, block.columns.get("retention", 0), "", None)
        registered = values.day(cells.get("registered"), epoch=self._first_day)
        self._report(
            registered, sheet, row, block.columns.get("registered", 0), "date-unreadable", cells.get("registered")
        )
        return {
            "retention_text": values.text(cells.get("retention")),
            "retention_years": period.value if isinstance(period.value, float) else None,
            "retention_date": period.value if not isinstance(period.value, float | str) else None,
            "registered": registered.value,
        }
