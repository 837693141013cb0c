"""Arrays of numbers are made without a look at each value, but no fraction becomes a whole number unseen."""

from __future__ import annotations

import pandas as pd
import pytest

from riskbook.model import nullable


def test_a_missing_number_stays_missing() -> None:
    whole = nullable([3, None, 1], "Int64")
    assert whole.tolist() == [3, pd.NA, 1]
    assert str(whole.dtype) == "Int64"
    assert nullable([0.5, None, 2], "Float64").tolist() == [0.5, pd.NA, 2.0]
    assert nullable([], "Int64").tolist() == []


def test_a_fraction_is_no_grade() -> None:
    with pytest.raises(TypeError):
        nullable([2.5], "Int64")
