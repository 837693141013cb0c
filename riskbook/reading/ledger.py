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
)
from riskbook.reading import columns, scales, values
from riskbook.reading.collect import Collector
from riskbook.reading.columns import describe
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock, Masked, Vocabulary, header_at, header_hits
from riskbook.reading.layouts import Arranged, arrange
from riskbook.reading.rows import Rows
from riskbook.reading.values import Parsed, is_blank

_ENOUGH_HEADERS = 4  # cells of a row that are headers
_RISK_VALUES = range(1, 10)


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
        self.records: list[dict[str, Any]] = []
        self.tables: list[LedgerTable] = []
        self.recognised: list[Recognised] = []
        self._closed: list[tuple[Grid, HeaderBlock, dict[str, int], list[dict[str, Any]]]] = []

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
        self._distrust_foreign_scale(grid, block, self.records[started:])
        columns.report_overwritten(grid, table, self.records[started:], self._out)
        columns.report_columns(grid, block, table, masked, self._vocabulary, self._out)
        real = replace(header, columns=arranged.columns, competing=block.competing)
        self.recognised.append(describe("ledger", grid, real, [r["row"] for r in self.records[started:]]))
        self.tables.append(table)

    def _distrust_foreign_scale(self, grid: Grid, block: HeaderBlock, records: list[dict[str, Any]]) -> None:
        """Reports ratings on another scale than the method's; nothing that rests on them is computed."""
        rated = {field: block.columns[field] for field in (*CIA_FIELDS, "importance") if field in block.columns}
        typed = [column for field, column in rated.items() if field in CIA_FIELDS] or list(rated.values())
        seen = scales.foreign(
            [block.titles.get(column, "") for column in rated.values()],
            grid.texts_above(block.first_row),
            [[grid.merged_value(record["row"], column) for column in typed] for record in records],
            self._method.scale,
        )
        self._closed.append((grid, block, rated, records))
        if seen:
            self._distrust(seen, *self._closed.pop())

    def distrust(self, seen: str) -> None:
        """Trusts no rating of any table: a sheet of criteria (`seen`) states another scale than the method's."""
        for table in self._closed:
            self._distrust(seen, *table)

    def _distrust(
        self, seen: str, grid: Grid, block: HeaderBlock, rated: dict[str, int], records: list[dict[str, Any]]
    ) -> None:
        if rated:
            self._out.add("scale-foreign", grid.sheet_name, block.last_row, min(rated.values()), found=seen)
        for record in records:
            for field, at in rated.items():
                if not is_blank(grid.merged_value(record["row"], at)) and not record.get(f"{field}_formula"):
                    record[field], record[f"{field}_unread"] = None, True

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
        if content and (row, block.columns["name"]) in grid.facts.struck:
            shown = values.text(grid.value(row, block.columns["name"]))
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
        cells: dict[str, Any] = {}
        for field, column in block.columns.items():
            cells[field] = grid.merged_value(row, column)
            if values.is_error(cells[field]):
                computed = field in FORM_FIELDS
                severity = "warning" if computed else "error"
                self._out.add("error-cell", sheet, row, column, severity=severity, found=cells[field])
                cells[field] = None
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
            shown = grid.merged_value(row, block.columns[field]) if field in block.columns else None
            record[f"{field}_blank"] = is_blank(shown)
            record[f"{field}_unread"] = bool(parsed.problem) or values.is_error(shown)
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
        if shown is None:
            self._out.add("medium-missing", sheet, row, column)
        elif parsed.problem == "unknown":
            self._out.add("medium-unknown", sheet, row, column, found=shown, allowed=self._method.medium_names)
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
        scale = self._method.scale_of(field)
        parsed = values.whole(raw, scale.ascending, scale.labels)
        # 0 is on no present scale, but on that of the guideline's edition 2.1 (0 to 2).
        if parsed.problem == "zero" and column:
            self._out.add_alike("cia-scale-old", sheet, row, column)
        elif parsed.problem and column:
            self._out.add("cia-out-of-range", sheet, row, column, found=values.text(raw))
        elif parsed.how and column:
            self._out.add_alike("value-normalised", sheet, row, column, variant=parsed.how)
        return parsed

    def _form_value(
        self, sheet: str, row: int, block: HeaderBlock, field: str, raw: Any, formula: bool
    ) -> tuple[int | None, bool]:
        """The value of a column that the form computes, and whether a value was typed there that says nothing."""
        if field == "risk":
            parsed = values.whole(raw, _RISK_VALUES, {}, sentences=True)
        else:
            scale = self._method.scale_of(field)
            parsed = values.whole(raw, scale.ascending, scale.labels, sentences=True)
        if not formula and parsed.problem and field in ("importance", "threat", "vulnerability"):
            self._out.add("factor-unreadable", sheet, row, block.columns[field], found=values.text(raw))
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
