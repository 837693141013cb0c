"""Cell values in every form people type them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskbook.method import load_method
from riskbook.reading import values

METHOD = load_method()
LABELS = METHOD.scale.labels


@pytest.mark.parametrize(
    ("typed", "value", "how"),
    [
        (3, 3, ""),
        (2.0, 2, ""),
        ("3", 3, "text-number"),
        ("３", 3, "full-width"),
        (" 2 ", 2, "text-number"),
        ("1\u00a0", 1, "full-width"),
        ("3：高", 3, "label"),
        ("2: 中", 2, "label"),
        ("３（要配慮）", 3, "label"),
        ("高", 3, "word"),
        ("低", 1, "word"),
        ("①", 1, "full-width"),
        ("Medium", 2, "word"),
        ("", None, ""),
        ("  ", None, ""),
        (None, None, ""),
        ("-", None, ""),
        ("3.0", 3, "text-number"),
    ],
)
def test_evaluations(typed: Any, value: int | None, how: str) -> None:
    assert values.whole(typed, (1, 2, 3), LABELS) == values.Parsed(value, how)


@pytest.mark.parametrize("typed", [0, 4, 2.5, "5", "０", "高い？", True, datetime(2026, 1, 1), "30", "3.5"])
def test_evaluations_that_are_none(typed: Any) -> None:
    parsed = values.whole(typed, (1, 2, 3), LABELS)
    assert parsed.value is None
    assert parsed.problem


YES = ["有", "○", "〇", "◯", "✓", 1, "1", "あり", "Y", "y", "ＹＥＳ", "有（氏名）", True]
NO = ["", None, "無", "-", "×", 0, "0", "なし", "N", "ー", False, "－"]


@pytest.mark.parametrize(("typed", "marked"), [*((t, True) for t in YES), *((t, False) for t in NO)])
def test_marks(typed: Any, marked: bool) -> None:
    personal = METHOD.personal
    parsed = values.mark(typed, personal.marks_yes, personal.marks_no)
    assert (parsed.value, parsed.problem) == (marked, "")


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("書類", ("書類",)),
        ("紙媒体", ("書類",)),
        ("ＵＳＢメモリ", ("可搬電子媒体",)),
        ("事務所ＰＣ", ("事務所PC",)),
        ("事務所 PC", ("事務所PC",)),
        ("ノートPC", ("モバイル機器",)),
        ("NAS", ("社内サーバー",)),
        ("SaaS", ("社外サーバー",)),
        ("クラウド（AWS）", ("社外サーバー",)),
        ("事務所PC、書類", ("事務所PC", "書類")),
        ("紙/USB", ("書類", "可搬電子媒体")),
        ("CD/DVD", ("可搬電子媒体",)),
        ("事務所PC\n社内サーバ", ("事務所PC", "社内サーバー")),
        ("スマートフォーン", ("モバイル機器",)),
        ("cloud service", ("社外サーバー",)),
        ("Office PC", ("事務所PC",)),
    ],
)
def test_media(typed: str, names: tuple[str, ...]) -> None:
    assert values.media(typed, METHOD).value == names


def test_unknown_media_are_said() -> None:
    assert values.media("金庫", METHOD).problem == "unknown"
    assert values.media("書類、金庫", METHOD) == values.Parsed(("書類",), "spelling", "partly")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (datetime(2024, 4, 1), date(2024, 4, 1)),
        ("2024/4/1", date(2024, 4, 1)),
        ("2024-04-01", date(2024, 4, 1)),
        ("2024.4.1", date(2024, 4, 1)),
        ("２０２４年４月１日", date(2024, 4, 1)),
        ("2024年4月1日(月)", date(2024, 4, 1)),
        ("令和6年4月1日", date(2024, 4, 1)),
        ("R6.4.1", date(2024, 4, 1)),
        ("r06/04/01", date(2024, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("H30.1.9", date(2018, 1, 9)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("平成31年", date(2019, 1, 1)),
        ("2024年4月", date(2024, 4, 1)),
        ("20240401", date(2024, 4, 1)),
        (20240401, date(2024, 4, 1)),
        (45383, date(2024, 4, 1)),
        ("2024/4/1 10:30", date(2024, 4, 1)),
        (None, None),
        ("", None),
    ],
)
def test_dates(typed: Any, day: date | None) -> None:
    parsed = values.day(typed)
    assert (parsed.value, parsed.problem) == (day, "")


@pytest.mark.parametrize("typed", ["2024/13/1", "令和6年2月30日", "来春", 12, True])
def test_dates_that_are_none(typed: Any) -> None:
    assert values.day(typed).problem == "not-a-date"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("5年", 5.0),
        ("５年", 5.0),
        ("10年間", 10.0),
        ("6ヶ月", 0.5),
        ("18か月", 1.5),
        ("1年6ヶ月", 1.5),
        ("5 years", 5.0),
        (7, 7.0),
        ("7", 7.0),
        ("永年", "permanent"),
        ("永久", "permanent"),
        ("-", "none"),
        ("なし", "none"),
        (None, None),
        (datetime(2031, 3, 31), date(2031, 3, 31)),
        ("令和8年3月末", date(2026, 3, 31)),
        ("2025年", date(2025, 12, 31)),
        (2025, date(2025, 12, 31)),
        ("2025年度", date(2026, 3, 31)),
        ("2025年3月31日まで", date(2025, 3, 31)),
        ("7年（法定）", 7.0),
        ("永年保存", "permanent"),
        ("契約終了後5年", None),
        ("2026年3月", date(2026, 3, 31)),
        ("R8.3.31", date(2026, 3, 31)),
    ],
)
def test_retention(typed: Any, value: Any) -> None:
    assert values.retention(typed, METHOD).value == value


@pytest.mark.parametrize(
    ("typed", "yen"),
    [
        (50000, 50000),
        ("50,000", 50000),
        ("¥50,000", 50000),
        ("5万円", 50000),
        ("1.5億円", 150_000_000),
        ("３００千円", 300_000),
        ("", None),
        ("-", None),
    ],
)
def test_amounts(typed: Any, yen: float | None) -> None:
    assert values.yen(typed).value == yen


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.datetimes(), st.none()))
def test_no_value_breaks_a_reader(typed: Any) -> None:
    personal = METHOD.personal
    values.whole(typed, (1, 2, 3), LABELS)
    values.mark(typed, personal.marks_yes, personal.marks_no)
    values.media(typed, METHOD)
    values.day(typed)
    values.retention(typed, METHOD)
    values.yen(typed)
    values.text(typed)
