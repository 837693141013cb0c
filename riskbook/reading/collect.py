"""Collects the findings of reading; findings that are alike become one for each sheet, with all its cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from riskbook.model import Finding, Location, cell_ref

_SHOWN_CELLS = 20  # of findings that are alike


class Collector:
    """Collects findings in reading order."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._places: dict[tuple[str, int, int], tuple[int, int]] = {}
        self._alike: dict[tuple[str, str, str, str, tuple[tuple[str, Any], ...]], list[str]] = {}

    def add(
        self,
        code: str,
        sheet: str,
        row: int = 0,
        column: int = 0,
        *,
        variant: str = "",
        severity: str = "",
        **params: Any,
    ) -> None:
        """Adds a finding at one cell or, without `row`, about the sheet."""
        row, column = self._places.get((sheet, row, column), (row, column))
        ref = cell_ref(row, column) if row else ""
        self._findings.append(Finding(code, Location(sheet, ref), params, variant, severity))

    def add_alike(
        self, code: str, sheet: str, row: int, column: int, *, variant: str = "", severity: str = "", **params: Any
    ) -> None:
        """Adds a cell to the one finding for its code, sheet and `params`, which has the count and cells of all."""
        key = (code, variant, severity, sheet, tuple(sorted(params.items())))
        self._alike.setdefault(key, []).append(cell_ref(*self._places.get((sheet, row, column), (row, column))))

    def place(self, sheet: str, places: Mapping[tuple[int, int], tuple[int, int]]) -> None:
        """Says where cells of a sheet really stand, that readers know by another row and column."""
        self._places |= {(sheet, *cell): at for cell, at in places.items()}

    def has(self, codes: Collection[str]) -> bool:
        """Whether there is a finding of one of these codes."""
        return any(finding.code in codes for finding in self._findings) or any(key[0] in codes for key in self._alike)

    def drop(self, codes: Collection[str]) -> None:
        """Removes all findings of these codes."""
        self._findings = [finding for finding in self._findings if finding.code not in codes]
        self._alike = {key: cells for key, cells in self._alike.items() if key[0] not in codes}

    def adopt(self, finding: Finding, **params: Any) -> None:
        """Adds a finding of another collector, with more parameters."""
        self._findings.append(replace(finding, params={**finding.params, **params}))

    def adopt_all(self, other: Collector) -> None:
        """Adds all findings of another collector."""
        self._findings += other.findings()

    def findings(self) -> list[Finding]:
        """All findings, the ones with several cells last."""
        combined = []
        for (code, variant, severity, sheet, params), cells in self._alike.items():
            shown = ", ".join(cells[:_SHOWN_CELLS]) + (" …" if len(cells) > _SHOWN_CELLS else "")
            details = {**dict(params), "count": len(cells), "cells": shown}
            combined.append(Finding(code, Location(sheet, cells[0]), details, variant, severity))
        return self._findings + combined
