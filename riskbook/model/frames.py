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


def nullable(values: Sequence[Any], dtype: str) -> Any:
    """An array of "Int64" or "Float64" from Python's numbers, None for NA, or of another dtype of numpy's.

    pandas would look at each value to find out what it is. Raises `TypeError` for a fraction among whole numbers, which
    numpy would cut off.
    """
    from array import array

    import numpy as np
    import pandas as pd

    if dtype not in ("Int64", "Float64"):
        return np.array(values, dtype=dtype)
    missing = np.array([value is None for value in values], dtype=bool)
    plain = array("q" if dtype == "Int64" else "d", [0 if value is None else value for value in values])
    return (pd.arrays.IntegerArray if dtype == "Int64" else pd.arrays.FloatingArray)(np.array(plain), missing)
