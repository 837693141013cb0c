"""The blank form: what Excel computes in it is what riskbook computes, for every combination of inputs."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

import riskbook
from tests.support.days import TODAY
from tests.support.places import ROOT
from tests.support.workbooks import columns_of, values_of
from tests.tools.make_samples import ISSUED, issue

pytestmark = pytest.mark.slow

FIRST = 6  # the first ready row of a ledger
MEDIA = ("書類", "可搬電子媒体", "事務所PC", "モバイル機器", "社内サーバー", "社外サーバー")
FREQUENCY = {
    1: "1：通常の状況で脅威が発生することはない",
    2: "2：特定の状況で脅威が発生する（年に数回程度）",
    3: "3：通常の状況で脅威が発生する（いつ発生してもおかしくない）",
}
ANSWER = {1: "1：実施している", 2: "2：一部実施している", 3: "3：実施していない", 4: "4：自社には該当しない"}
FORM_COLUMNS = {"importance": "M", "threat": "P", "vulnerability": "Q", "likelihood": "R", "risk": "S", "size": "T"}


def _new(path: Path, **options: Any) -> Path:
    return riskbook.new_form(path, **{"lang": "ja", **options})


def _fill_ledger(sheet: Worksheet, rows: list[tuple[str, str, tuple[int | None, ...]]]) -> None:
    for row, (name, medium, evaluations) in enumerate(rows, start=FIRST):
        sheet.cell(row, 2).value, sheet.cell(row, 6).value = name, medium or None
        for column, value in enumerate(evaluations, start=10):
            sheet.cell(row, column).value = value


def _fill_threats(sheet: Worksheet, threats: dict[str, int]) -> None:
    """The largest threat of each medium; one that is not named stays unanswered."""
    done = set()
    for row in range(5, sheet.max_row + 1):
        medium = sheet.cell(row, 1).value
        if medium in threats and sheet.cell(row, 2).value:
            value = threats[medium] if medium not in done else 1
            sheet.cell(row, 3).value = FREQUENCY[value]
            done.add(medium)


def _grid(number: int) -> Iterator[tuple[str, str, tuple[int | None, ...]]]:
    """Every medium, and none, at every importance; one medium in turn at every combination of evaluations."""
    for place, medium in enumerate((*MEDIA, "")):
        every = place == number % 7
        few = [(None, None, None), (1, 1, None), (None, 2, 1), (1, 2, 3)]
        for evaluations in product((None, 1, 2, 3), repeat=3) if every else few:
            yield f"資産{medium}{evaluations}", medium, evaluations


def _equal_to_riskbook(path: Path) -> int:
    """Compares what LibreOffice computed in the form with what riskbook computes; returns the number of assets."""
    result = riskbook.assess(path, today=TODAY)
    assert not [f for f in result.findings if f.code == "stale-value"]
    rows = values_of(path, "情報資産管理台帳")
    places = {field: ord(letter) - ord("A") for field, letter in FORM_COLUMNS.items()}
    words = {"large": "大", "medium": "中", "small": "小", "unassessed": "未評価"}
    for row in result.risks.astype(object).where(result.risks.notna(), None).to_dict("records"):
        shown = {field: rows[row["row"] - 1][place] for field, place in places.items()}
        expected = {field: row[field] for field in FORM_COLUMNS if field != "size"} | {"size": words[row["level"]]}
        assert {k: v or None for k, v in shown.items()} == expected, (row["name"], row["row"])
    used = set(result.risks["row"])
    blank = [row for row in range(FIRST, FIRST + 300) if row not in used]
    assert not any(rows[row - 1][place] for row in blank for place in places.values())
    return len(used)


def test_the_form_computes_what_riskbook_computes(tmp_path: Path, converted: Callable[..., list[Path]]) -> None:
    """Threats × vulnerabilities × importances × media, recalculated by LibreOffice."""
    book = openpyxl.load_workbook(_new(tmp_path / "blank.xlsx"))
    pairs = list(product((1, 2, 3), repeat=2))
    seen, filled = set(), []
    for number in range(len(pairs)):  # each time the same cells are filled in
        chosen = {medium: pairs[(number + place) % len(pairs)] for place, medium in enumerate(MEDIA)}
        seen |= set(chosen.items())
        _fill_ledger(book["情報資産管理台帳"], list(_grid(number)))
        _fill_threats(book["脅威の状況"], {medium: threat for medium, (threat, _) in chosen.items()})
        checks = book["対策状況チェック"]
        columns = columns_of(checks, 4)
        for row in range(5, 50):
            checks.cell(row, 4).value = ANSWER[4]
        for row, (medium, (_, vulnerability)) in enumerate(chosen.items(), start=50):  # questions of the firm's own
            checks.cell(row, 1).value, checks.cell(row, 3).value = "7 IT基盤運用管理", f"自社の設問{row}"
            checks.cell(row, 4).value, checks.cell(row, columns[medium]).value = ANSWER[vulnerability], "●"
        filled.append(tmp_path / f"grid{number}.xlsx")
        book.save(filled[-1])
    for path in converted(*filled):
        assert _equal_to_riskbook(path) == 64 + 6 * 4
    assert len(seen) == len(MEDIA) * len(pairs)


def _answered_at_random(seed: int, folder: Path) -> Path:
    chance = random.Random(seed)
    book = openpyxl.load_workbook(_new(folder / f"form{seed}.xlsx"))
    _fill_ledger(book["情報資産管理台帳"], list(_grid(seed)))
    _fill_threats(book["脅威の状況"], {medium: chance.choice((1, 2, 3)) for medium in MEDIA if chance.random() < 0.7})
    weights = [(1, 1, 30, 1), (9, 2, 1, 1), (20, 0, 0, 3), (1, 1, 1, 1)][seed]
    for row in range(5, 50):
        answer = chance.choices((1, 2, 3, 4), weights)[0]
        book["対策状況チェック"].cell(row, 4).value = ANSWER[answer] if chance.random() < 0.95 or seed == 2 else None
    path = folder / f"filled{seed}.xlsx"
    book.save(path)
    return path


def test_answers_at_random_and_unanswered_ones_agree(tmp_path: Path, converted: Callable[..., list[Path]]) -> None:
    for path in converted(*(_answered_at_random(seed, tmp_path) for seed in range(4))):
        assert _equal_to_riskbook(path) == 64 + 6 * 4


def test_the_diagnosis_counts_what_riskbook_counts(tmp_path: Path, recalculated: Callable[[Path], Path]) -> None:
    book = openpyxl.load_workbook(_new(tmp_path / "form.xlsx", departments=["営業部", "総務部"]))
    _fill_ledger(book["台帳（営業部）"], [("顧客台帳", "社外サーバー", (3, 2, 1)), ("見積", "書類", (1, 1, 1))])
    _fill_ledger(book["台帳（総務部）"], [("社員名簿", "事務所PC", (3, 1, 1)), ("不明", "書類", (None, None, None))])
    for row in range(5, 9):
        book["対策状況チェック"].cell(row, 4).value = ANSWER[row - 4]
    book.save(tmp_path / "filled.xlsx")
    path = recalculated(tmp_path / "filled.xlsx")
    result = riskbook.assess(path, today=TODAY)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("診断結果").to_python()
    table = {row[0]: row for row in rows}
    assert table["台帳（営業部）"][1:5] == [1, 0, 1, 0]
    assert table["合計"][1:5] == list(result.summary.values()) == [2, 0, 1, 1]
    shares = result.assessment.measures.set_index("number")["share"]
    assert table["1 組織的対策"][1:7] == [1, 1, 1, 1, shares[1], "強化する"]
    assert table["2 人的対策"][3:7] == [4, 0, 0, "策定する"]
    assert result.risks["department"].tolist() == ["営業部", "営業部", "総務部", "総務部"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_form_is_valid_and_an_assessed_one_too(
    lang: str, tmp_path: Path, microsoft_errors: Callable[[Path], list[str]]
) -> None:
    form = _new(tmp_path / "form.xlsx", lang=lang, company="北浜 & 精機", departments=["A/B", "A:B", 'C"'])
    assert microsoft_errors(form) == []
    assert microsoft_errors(riskbook.assess(form, today=TODAY).save(tmp_path / "out.xlsx")) == []


@pytest.mark.parametrize(("lang", "ledger"), [("ja", "情報資産管理台帳"), ("en", "Asset ledger")])
def test_every_choice_has_a_drop_down_and_only_inputs_can_be_typed(lang: str, ledger: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(_new(tmp_path / "form.xlsx", lang=lang))
    assert len(book.sheetnames) == 6
    for sheet in book:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        # The English ledger is too wide for A4.
        assert sheet.page_setup.paperSize == (8 if sheet.title == "Asset ledger" else 9)
    sheet = book[ledger]
    lists = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    chosen = [area for area, rule in lists.items() if rule.type == "list"]
    assert chosen == ["F6:F305", "G6:I305", "J6:J305", "K6:K305", "L6:L305"]
    assert all(rule.prompt and rule.promptTitle for rule in lists.values())
    for row in (6, 305):
        for cell in sheet[row][:20]:
            formula = isinstance(cell.value, str) and cell.value.startswith("=")
            assert formula == (cell.column_letter in FORM_COLUMNS.values())
            assert cell.protection.locked == formula
    table = sheet.tables["Ledger1"]
    assert table.ref == "A5:T305"
    assert [c.name for c in table.tableColumns if c.calculatedColumnFormula is not None] == [
        sheet[f"{letter}5"].value for letter in FORM_COLUMNS.values()
    ]
    checks = book[book.sheetnames[4]]
    assert "D5:D59" in {str(rule.sqref) for rule in checks.data_validations.dataValidation if rule.type == "list"}


def test_a_blank_form_is_read_as_such(tmp_path: Path) -> None:
    result = riskbook.assess(_new(tmp_path / "form.xlsx", company="有限会社みどり"), today=TODAY)
    assert len(result.risks) == 0
    assert result.assessment.ledger.company == "有限会社みどり"
    codes = {finding.code for finding in result.findings}
    assert codes == {"form-empty"}


def test_an_own_question_without_its_kind_or_media_is_told_and_counts_for_no_kind(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(_new(tmp_path / "form.xlsx"))
    checks = book["対策状況チェック"]
    for row, marked in ((50, True), (51, False)):
        checks.cell(row, 3).value, checks.cell(row, 4).value = f"自社の設問{row}", ANSWER[3]
        checks.cell(row, 6).value = "●" if marked else None
    book.save(tmp_path / "filled.xlsx")
    result = riskbook.assess(tmp_path / "filled.xlsx", today=TODAY)
    told = {(f.code, f.location.cell_ref) for f in result.findings if f.location.row_number in (50, 51)}
    assert told == {("check-kind-unknown", "A50"), ("check-kind-unknown", "A51"), ("check-unmarked", "C51")}
    assert result.assessment.measures.set_index("number").at[11, "questions"] == 2


def test_departments_with_odd_names_get_tabs_of_their_own(tmp_path: Path) -> None:
    long = "とても長い名前の部署" * 4
    departments = ["営業[東]", "営業_東_", long, long + "2", "営業／総務", "営業１部", "営業1部", "𠮷" * 31, '"=1"']
    path = _new(tmp_path / "form.xlsx", departments=[*departments, "管\x01理\ufffe部", " "])
    book = openpyxl.load_workbook(path, read_only=True)
    tabs = book.sheetnames[2:-3]
    assert len({unicodedata.normalize("NFKC", tab).casefold() for tab in tabs}) == 10
    assert all(len(tab.encode("utf-16-le")) <= 62 for tab in tabs)
    assert not set("".join(tabs)) & set("[]:*?/\\／")
    titles = [f"情報資産管理台帳　{name}" for name in (*departments, "管理部")]
    assert [book[tab]["A1"].value for tab in tabs] == titles


def test_a_department_that_would_be_taken_for_an_example_is_refused(tmp_path: Path) -> None:
    for name in ("記入例", "Example"):
        with pytest.raises(riskbook.OutputError):
            _new(tmp_path / "form.xlsx", departments=[name])
    assert not (tmp_path / "form.xlsx").exists()


def test_a_method_of_its_own_keeps_drop_downs_and_formulas_whole(tmp_path: Path) -> None:
    media = "".join(
        f'[[media]]\nname = "とても長い名前の媒体・保存先その{n}"\nen = "Medium {n}, with a long name"\nportable = false\n'
        "spellings = []\n"
        for n in range(10)
    )
    method = tmp_path / "mine.toml"
    method.write_text(
        f'extends = "ipa-3.1"\nname = "mine"\nform = "{tmp_path / "form.toml"}"\n{media}'
        '[[measures]]\nnumber = 1\nname = { ja = "対策", en = "M" }\nshort = { ja = "対策", en = "M" }\n'
        'media = ["とても長い名前の媒体・保存先その0"]\n[unassessed]\nword = { ja = "未\\"評価", en = "n/a" }\n'
        '[[treatment]]\nid = "else"\ntreatment = "reduce"\nwhen = []\n',
        encoding="utf-8",
    )
    (tmp_path / "form.toml").write_text(
        '[[threats]]\nmedium = "とても長い名前の媒体・保存先その0"\nitems = [{ ja = "盗難", en = "Theft" }]\n'
        '[[questions]]\nkind = 1\nitems = [{ ja = "施錠", en = "Locks" }]\n',
        encoding="utf-8",
    )
    book = openpyxl.load_workbook(_new(tmp_path / "form.xlsx", method=method))
    sheet = book["情報資産管理台帳"]
    assert "F6:F305" in {str(rule.sqref) for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert '"未""評価"' in sheet["T6"].value


@pytest.mark.parametrize("name", sorted(ISSUED))
def test_the_issued_forms_are_what_riskbook_new_makes(name: str, tmp_path: Path) -> None:
    assert issue(name, tmp_path).read_bytes() == (ROOT / "workbooks" / name).read_bytes(), "run `make samples`"
