"""The kinds of columns that a table may have."""

from __future__ import annotations

from collections.abc import Sequence

TEXT, WHOLE, NUMBER, FLAG = "text", "whole", "number", "flag"
Columns = Sequence[tuple[str, str]]  # name and kind: one of the four
