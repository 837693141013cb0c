"""Frames as plain records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as mappings by column, in Python's own types; NA becomes None."""
    names = [str(name) for name in frame.columns]
    rows = frame.to_numpy(dtype=object, na_value=None).tolist()  # type: ignore[arg-type]
    return [dict(zip(names, row, strict=True)) for row in rows]


def objects(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], index: Any) -> pd.DataFrame:
    """A frame of these columns (dtype object) with the values of `rows`; `index`: one label for each row."""
    # Imported here: every command imports the model, and `riskbook --help` must not wait for pandas.
    import numpy as np
    import pandas as pd

    values = np.empty((len(index), len(columns)), dtype=object)
    for place, row in enumerate(rows):
        values[place] = [row[name] for name in columns]
    return pd.DataFrame(values, index=index, columns=list(columns), dtype=object)
