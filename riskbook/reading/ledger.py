"""Reads ledger tables: which rows are assets, and the value of each of their cells."""

from __future__ import annotations

import re
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
    column_letter,
    narrow,
    squeezed,
)
from riskbook.reading import scales, values
from riskbook.reading.collect import Collector
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock, Masked, Vocabulary, header_at, header_hits
from riskbook.reading.values import Parsed, is_blank

_SUBSTANCE = ("medium", *CIA_FIELDS)  # a row with one of these is an asset, whatever its name looks like
_LEGEND_ROWS, _LONGEST_LEGEND = 2, 300  # rows below the header; characters of a cell
_ENOUGH_HEADERS = 4  # cells of a row that are headers
_GRADES = re.compile(r"\d.*[~〜\-–,、/・: ].*\d", re.DOTALL)  # "1～3", "3:高 2:中 1:低"
_HEADING_MARKS = ("＜", "<", "【", "[", "■", "◆", "●", "▼", "〈", "《")


def describe(kind: str, grid: Grid, block: HeaderBlock, rows: list[int]) -> Recognised:
    """How a table was recognised, for people to check; `rows`: those that were read."""
    fields = {column: field for field, column in block.columns.items()}
    columns = []
    for column, title in sorted(block.titles.items()):
        how = "assumed" if column in block.assumed else "competing" if column in block.competing else ""
        columns.append((column_letter(column), title, fields.get(column, block.competing.get(column, "")), how))
    return Recognised(kind, grid.sheet_name, block.first_row, block.last_row, tuple(columns), tuple(rows))


class LedgerReader:
    """Reads the ledger tables of a workbook into `records`, one an asset row, as `Ledger.assets` has them."""

    def __init__(
        self, method: Method, vocabulary: Vocabulary, collector: Collector, first_day: date = date(1899, 12, 30)
    ) -> None:
        self._method = method
        self._first_day = first_day
        self._vocabulary = vocabulary
        self._out = collector
        words = method.words
        self._totals = {squeezed(word) for word in words.totals}
        self._statistics = {squeezed(word) for word in words.statistics}
        self._note_marks = tuple(words.note_marks)
        # The factors that people may type into the row, though a form computes them.
        self._typed = ("importance", "threat", "vulnerability" if method.has_vulnerability else "likelihood")
        self.records: list[dict[str, Any]] = []
        self.tables: list[LedgerTable] = []
        self.recognised: list[Recognised] = []
        self._closed: list[tuple[Grid, HeaderBlock, dict[str, int], list[dict[str, Any]]]] = []

    def read(self, grid: Grid, block: HeaderBlock, masked: Masked) -> None:
        """Reads all ledger tables of one sheet; `block`: its first header block.

        The same header again is skipped as a repetition; another header begins a new table.
        """
        grid.read_to(None)
        numbers = sorted(number for number in grid.rows if number > block.last_row)
        last = block.last_row
        position = 0
        started = len(self.records)
        while position < len(numbers):
            row = numbers[position]
            position += 1
            following = header_at(grid, row, self._vocabulary, masked)
            if following is not None and following.titles != block.titles:
                self._close(grid, block, last, started, masked)
                block, last, started = following, following.last_row, len(self.records)
            if following is not None:
                if following is not block:
                    self._out.add("row-ignored", grid.sheet_name, row, 1, variant="header", severity="info")
                while position < len(numbers) and numbers[position] <= following.last_row:
                    position += 1
                continue
            if len(header_hits(grid, row, self._vocabulary, masked)) >= _ENOUGH_HEADERS:
                # The headers of a table that cannot be read: its rows are not read by the headers above.
                self._out.add("row-ignored", grid.sheet_name, row, 1, variant="table", severity="warning")
                position = next(
                    (n for n in range(position, len(numbers)) if header_at(grid, numbers[n], self._vocabulary, masked)),
                    len(numbers),
                )
                continue
            if self._read_row(grid, block, row, masked):
                last = row
        self._close(grid, block, last, started, masked)

    def _close(self, grid: Grid, block: HeaderBlock, last: int, started: int, masked: Masked) -> None:
        """Ends a table whose last asset is in row `last` and whose records begin at `started`."""
        table = LedgerTable(
            grid.sheet_name,
            block.first_row,
            block.last_row,
            last,
            last_column=max(block.columns.values()),
            columns=dict(block.columns),
            own_columns=block.own_columns,
        )
        for record in self.records[started:]:
            record["table"] = len(self.tables)
        self._distrust_foreign_scale(grid, block, self.records[started:])
        self._report_overwritten(grid, table, self.records[started:])
        self._report_columns(grid, block, table, masked, started)
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
            self._report_leftover(grid, block, row, typed, masked)
            return False
        reason = self._why_no_asset(content)
        if row in grid.facts.total_rows:
            reason = "total"
        elif row <= block.last_row + _LEGEND_ROWS and self._is_legend(content):
            reason = "legend"
        if reason:
            column = min(block.columns[field] for field in content)
            if reason == "total":  # shown by the cell that says so
                shows = {block.columns[f]: values.text(v) or "" for f, v in content.items()}
                column = next((c for c, text in sorted(shows.items()) if self._is_total(text)), column)
            shown = values.text(grid.value(row, column))
            self._out.add("row-ignored", grid.sheet_name, row, column, variant=reason, severity="info", text=shown)
            return False
        self.records.append(self._record(grid, block, row))
        return True

    def _report_leftover(self, grid: Grid, block: HeaderBlock, row: int, typed: dict[str, Any], masked: Masked) -> None:
        """Reports the content of a row without an asset; a row with formulas only is not reported."""
        known = set(block.columns.values()) | set(block.own_columns) | masked(row)
        strays = [
            column
            for column, value in enumerate(grid.rows[row], start=1)
            if column not in known and not is_blank(value) and not grid.is_formula(row, column)
        ]
        if strays:
            self._report_note_or_stray(grid, row, strays[0])
        elif set(typed) & set(FORM_FIELDS):
            column = min(block.columns[field] for field in typed if field in FORM_FIELDS)
            self._out.add(
                "row-ignored", grid.sheet_name, row, column, variant="stray", text=values.text(grid.value(row, column))
            )
        elif "asset_id" in typed:  # numbers filled down in advance are reported together
            shown = values.text(typed["asset_id"]) or ""
            column = block.columns["asset_id"]
            if any(character.isdigit() for character in shown) and not shown.startswith(self._note_marks):
                self._out.add_alike("row-ignored", grid.sheet_name, row, column, variant="numbered")
            else:
                self._report_note_or_stray(grid, row, column)

    def _report_note_or_stray(self, grid: Grid, row: int, column: int) -> None:
        shown = values.text(grid.value(row, column))
        variant, severity = ("note", "info") if (shown or "").startswith(self._note_marks) else ("stray", "warning")
        self._out.add("row-ignored", grid.sheet_name, row, column, variant=variant, severity=severity, text=shown)

    def _why_no_asset(self, content: dict[str, Any]) -> str:
        """Why a row is no asset: "total", "note", "heading", "stray", or "" where it is one."""
        leading = [values.text(content[field]) or "" for field in ("business", "name", "note") if field in content]
        if "medium" not in content and any(self._is_total(text) for text in leading):
            return "total"
        if any(field in content for field in _SUBSTANCE):
            return ""
        first = next(iter(leading), "")
        if first.startswith(self._note_marks):
            return "note"
        if set(content) <= {"business", "name"} and first.startswith(_HEADING_MARKS):
            return "heading"
        if "name" not in content:
            return "heading" if set(content) <= {"business", "department"} else "stray"
        return ""

    def _is_legend(self, content: dict[str, Any]) -> bool:
        """Whether a row right under the header explains the columns: its ratings name several grades each."""
        ratings = [values.text(content[field]) or "" for field in (*CIA_FIELDS, "importance") if field in content]
        name = narrow(values.text(content.get("name")) or "")
        nameless = not name or bool(re.fullmatch(r"\(.*\)|※.*|例.*", name))
        return nameless and bool(ratings) and all(_GRADES.search(narrow(text[:_LONGEST_LEGEND])) for text in ratings)

    def _is_total(self, text: str) -> bool:
        shown = re.sub(r"\([^()]*\)$", "", squeezed(text))
        long = tuple(word for word in self._totals if len(word) > 1)
        return shown in self._totals | self._statistics or shown.endswith(long)

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
        parsed = values.graded(raw, self._method.scale_of(field))
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
            parsed = values.whole(raw, range(1, self._method.highest_risk + 1), {}, sentences=True)
        else:
            parsed = values.graded(raw, self._method.scale_of(field), sentences=True)
        if not formula and parsed.problem and field in self._typed:
            self._out.add("factor-unreadable", sheet, row, block.columns[field], found=values.text(raw))
        elif not formula and parsed.problem == "out-of-range" and field == "risk":
            highest = self._method.highest_risk
            self._out.add_alike("risk-out-of-range", sheet, row, block.columns[field], highest=highest)
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

    def _report_columns(self, grid: Grid, block: HeaderBlock, table: LedgerTable, masked: Masked, started: int) -> None:
        """Reports columns with data that were not used and headers that were guessed; records how it was recognised."""
        known = set(block.columns.values()) | set(block.own_columns) | masked(block.last_row)
        for column in sorted(set(block.titles) - known):
            rows = [
                r for r in grid.rows if block.last_row < r <= table.last_row and not is_blank(grid.value(r, column))
            ]
            if rows and not all(grid.is_formula(row, column) for row in rows):
                details: dict[str, Any] = {"text": block.titles[column], "count": len(rows)}
                if column in block.competing:
                    details["taken"] = block.titles.get(block.columns[block.competing[column]], "")
                    taken = block.columns[block.competing[column]]
                    differ = any(
                        squeezed(str(grid.value(r, taken))) != squeezed(str(grid.value(r, column))) for r in rows
                    )
                    details["severity"] = "warning" if differ else "info"
                variant = "competing" if column in block.competing else ""
                if variant and column in grid.facts.hidden_columns:
                    variant = "hidden"
                    details["severity"] = "warning"
                self._out.add("column-ignored", grid.sheet_name, block.last_row, column, variant=variant, **details)
        for column, header in block.assumed.items():
            title = block.titles[column]
            self._out.add("header-assumed", grid.sheet_name, block.last_row, column, text=title, assumed=header)
        self.recognised.append(describe("ledger", grid, block, [r["row"] for r in self.records[started:]]))

    def _report_overwritten(self, grid: Grid, table: LedgerTable, records: list[dict[str, Any]]) -> None:
        """Reports numbers typed where at least half of the column has formulas."""
        for field in FORM_FIELDS:
            formulas = sum(record[f"{field}_formula"] for record in records)
            typed = [r for r in records if not r[f"{field}_formula"] and r[field] is not None]
            if field in table.columns and typed and formulas >= len(typed):
                for record in typed:
                    self._out.add(
                        "formula-overwritten", grid.sheet_name, record["row"], table.columns[field], found=record[field]
                    )
