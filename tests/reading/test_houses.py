"""Ledgers in the styles of many houses: computed right, or unassessed with a finding; never wrong."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import riskbook
from tests.support.days import TODAY
from tests.support.examples import examples

FIELDS = ("機密性", "完全性", "可用性")
EVIDENCE = ("header", "title", "beside", "below", "list", "source", "criteria")
# The highest first; the words say which end is the most important.
WORDS = {3: ("高", "中", "低"), 4: ("極秘", "秘", "社外秘", "公開"), 5: ("最高", "高", "中", "低", "最低")}


@dataclass(frozen=True)
class House:
    """How a house grades: its numbers ascending, whether the lowest is the most important, where it says so."""

    low: int
    high: int
    reversed: bool
    evidence: str
    labelled: bool  # "4：極秘" in the cells
    title_row: int

    @property
    def numbers(self) -> list[int]:
        return list(range(self.low, self.high + 1))

    @property
    def foreign(self) -> bool:
        return (self.low, self.high) != (1, 3) or self.reversed

    def severity(self, number: int) -> int:
        """1 for the least important of its grades."""
        place = self.numbers.index(number) + 1
        return len(self.numbers) + 1 - place if self.reversed else place

    def worded(self, sign: str = "：") -> list[str]:
        words = WORDS.get(len(self.numbers), tuple(f"段{n}" for n in range(len(self.numbers), 0, -1)))
        return [f"{number}{sign}{words[len(words) - self.severity(number)]}" for number in reversed(self.numbers)]


@st.composite
def houses(draw: st.DrawFn) -> House:
    low = draw(st.sampled_from([0, 1, 1, 1]))
    high = low + draw(st.integers(2, 4))
    turned = low == 1 and high in (3, 4) and draw(st.booleans())  # said by words, which only these scales have
    kinds = [kind for kind in EVIDENCE if not turned or kind in ("title", "beside", "below", "list", "source")]
    return House(low, high, turned, draw(st.sampled_from(kinds)), draw(st.booleans()), draw(st.integers(0, 2)))


def write(path: Path, house: House, rows: list[tuple[int, int, int]]) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("情報資産台帳")
    header, first = house.title_row + 2, house.title_row + 3
    span = f"({house.low}-{house.high})" if house.evidence == "header" else ""
    sheet.write_row(header, 0, ("情報資産名称", "媒体・保存先", *(f"{field}{span}" for field in FIELDS)))
    if house.evidence == "title":
        sheet.write_string(house.title_row, 0, "評価値 " + " ".join(house.worded()))
    words = dict(zip(reversed(house.numbers), house.worded(), strict=True))
    for row, rated in enumerate(rows, start=first):
        shown = [words[number] if house.labelled else number for number in rated]
        sheet.write_row(row, 0, (f"資産{row - first}", "書類", *shown))
    if house.evidence == "beside":
        sheet.write_column(header, 7, ["評価基準", *house.worded()])
    if house.evidence == "below":
        sheet.write_string(first + len(rows) + 1, 0, "※評価値 " + " ".join(house.worded()))
    choices: Any = house.worded(":") if house.reversed else [str(number) for number in house.numbers]
    if house.evidence == "source":
        book.add_worksheet("選択肢").write_column(1, 1, choices)
        choices = f"=選択肢!$B$2:$B${len(house.numbers) + 1}"
    if house.evidence in ("list", "source"):
        sheet.data_validation(first, 2, first + 50, 4, {"validate": "list", "source": choices})
    if house.evidence == "criteria":
        criteria = book.add_worksheet("評価基準")
        criteria.write_row(0, 0, ("レベル", *FIELDS))
        for row, number in enumerate(reversed(house.numbers), start=1):
            criteria.write_row(row, 0, (number, "漏えい", "改ざん", "停止"))
    book.close()


@pytest.mark.slow
@settings(max_examples=examples(60), deadline=None)
@given(house=houses(), data=st.data())
def test_any_house_is_computed_right_or_not_at_all(
    house: House, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rating = st.sampled_from(house.numbers)
    rows = data.draw(st.lists(st.tuples(rating, rating, rating), min_size=1, max_size=6))
    folder = tmp_path_factory.mktemp("house")
    path = folder / "a.xlsx"
    write(path, house, rows)
    result = riskbook.assess(path, today=TODAY)
    codes = {finding.code for finding in result.findings}
    if not house.foreign:
        assert list(result.risks["importance"]) == [max(row) for row in rows]
        assert "scale-foreign" not in codes
        return
    assert set(result.risks["level"]) == {"unassessed"}
    assert "scale-foreign" in codes
    # The line of the finding settles it: what people confirmed is what is computed.
    lines = [finding.params["line"] for finding in result.findings if finding.code == "scale-foreign"]
    (folder / "riskbook.toml").write_text("\n".join(lines), "utf-8")
    grades = tomllib.loads(lines[0])["scale"]["evaluation"]
    settled = riskbook.assess(path, today=TODAY)
    assert list(settled.risks["importance"]) == [max(int(grades[str(number)]) for number in row) for row in rows]
    # And the proposal takes nothing as less important than its place on the house's own scale.
    for number in house.numbers:
        assert grades[str(number)] >= 3 * house.severity(number) / len(house.numbers)


@pytest.mark.parametrize(
    ("method", "rows", "risks"),
    [
        ("isms-27", [(3, 2, 1, 3, 3), (2, 2, 2, 2, 2), (1, 1, 1, 3, 1)], [27, 8, 3]),
        ("isms-36", [(4, 2, 1, 3, 3), (2, 2, 2, 2, 2), (1, 1, 1, 3, 1)], [36, 8, 3]),
        ("isms-sum", [(5, 2, 1, 4, 3), (2, 2, 2, 2, 2), (1, 1, 1, 1, 1)], [12, 6, 3]),
    ],
)
def test_settled_by_a_method_as_worked_by_hand(
    method: str, rows: list[tuple[int, ...]], risks: list[int], tmp_path: Path
) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("情報資産台帳")
    sheet.write_row(0, 0, ("情報資産名称", "媒体・保存先", *FIELDS, "脅威", "脆弱性"))
    for row, rated in enumerate(rows, start=1):
        sheet.write_row(row, 0, (f"資産{row}", "書類", *rated))
    book.close()
    (tmp_path / "riskbook.toml").write_text(f'method = "{method}"')
    assert list(riskbook.assess(tmp_path / "a.xlsx", today=TODAY).risks["risk"]) == risks


def test_a_title_that_states_the_whole_scale_counts_before_the_labels_in_use(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", House(1, 4, True, "title", True, 0), [(1, 1, 1), (1, 2, 2)])
    (finding,) = [f for f in riskbook.read(tmp_path / "a.xlsx").findings if f.code == "scale-foreign"]
    assert finding.params["line"] == "scale.evaluation = { 1 = 3, 2 = 3, 3 = 2, 4 = 1 }"
