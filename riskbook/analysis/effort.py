"""What each measure takes: person-days and yen, by the class of its question or as a person typed it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from riskbook.method import Method, effort_class

DAY = 100  # parts of a person-day in which effort is counted, so that sums are exact
_NUMBERS = ("days_low", "days_high", "yen_low", "yen_high", "days", "yen", "days_most", "yen_most")


def estimates(checks: pd.DataFrame, typed: pd.DataFrame, method: Method) -> pd.DataFrame:
    """What each question takes, index like `checks`.

    `typed`: with days_value and yen_value (float or None), as typed into the measure plan. Columns: effort_class
    ("small" | "medium" | "large"); days_low, days_high, yen_low, yen_high (float): the range of its class, for a
    question that is partly implemented the part that is left (R); days, yen (float): as typed, else the middle;
    days_most, yen_most (float): as typed, else the upper end.
    """
    records = []
    for question, kind, answer, days, yen in zip(
        *(checks[name].tolist() for name in ("question", "number", "answer")),
        *(typed[name].tolist() for name in ("days_value", "yen_value")),
        strict=True,
    ):
        key = effort_class(method, question, kind if isinstance(kind, int) else None)
        taken, left = method.effort.of(key), 1.0 - method.answer_weights.get(answer, 0.0)
        low, high, least, most = (bound * left for bound in (*taken.days, *taken.yen))
        middle = (low + high) / 2 if days is None else days, (least + most) / 2 if yen is None else yen
        end = high if days is None else days, most if yen is None else yen
        records.append((key, low, high, least, most, *middle, *end))
    classes = pd.Series([key for key, *_ in records], index=checks.index, dtype="object")
    numbers = np.array([row[1:] for row in records], dtype="float64").reshape(-1, len(_NUMBERS))
    frame = pd.DataFrame(numbers, index=checks.index, columns=list(_NUMBERS))
    frame.insert(0, "effort_class", classes)
    return frame


def costs(estimated: pd.DataFrame, method: Method) -> Mapping[int, tuple[int, int, int]]:
    """Label of a question → its effort, days (both in hundredths of a person-day) and yen; the effort is at least 1."""
    columns = (estimated[name].tolist() for name in ("days", "yen"))
    found = {}
    for label, days, yen in zip(estimated.index.tolist(), *columns, strict=True):
        effort = round(DAY * (days + yen / method.effort.yen_a_day))
        found[label] = (max(effort, 1), round(DAY * days), round(yen))
    return found
