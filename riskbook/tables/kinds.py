"""The kinds of values that a column of a table may hold."""

from __future__ import annotations

from collections.abc import Sequence

TEXT, WHOLE, NUMBER, FLAG = "text", "whole", "number", "flag"
KIND_OF = {"object": TEXT, "Int64": WHOLE, "Float64": NUMBER, "bool": FLAG}  # by dtype of a pandas column
Columns = Sequence[tuple[str, str]]  # name and kind: one of the four
