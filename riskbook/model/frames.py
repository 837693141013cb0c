"""Frames as plain records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as mappings by column, in Python's own types; NA becomes None."""
    columns = [[None if _missing(value) else value for value in column.tolist()] for _, column in frame.items()]
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def objects(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], index: Any) -> pd.DataFrame:
    """A frame of these columns (dtype object) with the values of `rows`; `index`: one label for each row."""
    # Imported here: every command imports the model, and `riskbook --help` must not wait for pandas.
    import numpy as np
    import pandas as pd

    values = np.empty((len(index), len(columns)), dtype=object)
    for place, row in enumerate(rows):
        values[place] = [row[name] for name in columns]
    return pd.DataFrame(values, index=index, columns=list(columns), dtype=object)


def _missing(value: Any) -> bool:
    """Whether a value is one of pandas' missing values (None, NaN, NA, NaT)."""
    # By name, so that pandas need not be imported; `value != value` holds for NaN only.
    return value is None or (type(value) is float and value != value) or type(value).__name__ in ("NAType", "NaTType")
