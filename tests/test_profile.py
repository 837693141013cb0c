"""A profile (riskbook.toml) says how a client's files are to be read; `riskbook profile` proposes it."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import riskbook
from riskbook.cli.main import main
from riskbook.proposals import Proposal, settled
from riskbook.records import History
from riskbook.settings import Settings, parse_project
from tests.support.days import TODAY
from tests.support.places import ROOT
from tests.support.scales import write


def importances(path: Path, **options: Any) -> list[int | None]:
    found = riskbook.assess(path, today=TODAY, **options).risks["importance"]
    return [int(value) or None for value in found.fillna(0)]


def run(*words: str | Path, answers: str = "") -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=answers)


@pytest.mark.parametrize(
    ("profile", "right"),
    [
        ("", [None, 3, 2, 1]),  # a single 4 may be a slip
        ("[scale.evaluation]\n4 = 3\n3 = 3\n2 = 2\n1 = 1", [3, 3, 2, 1]),
        ("[scale.evaluation]\n4 = 3\n3 = 2\n2 = 2\n1 = 1", [3, 2, 2, 1]),
        ("scale.confidentiality = { 4 = 3, 3 = 2, 2 = 1, 1 = 1 }", [3, 2, 1, 1]),
        ("[scale.evaluation]\n4 = 3", [3, 3, 2, 1]),  # only what the method has no number for
        ("[scale.evaluation]\n4 = 3\n3 = 3\n2 = 2", [3, 3, None, None]),  # 1 is not said
        ("[scale.evaluation]", [None, 3, 2, 1]),  # an empty table says nothing
        ("[scale.confidentiality]\nreverse = true", [None, 1, 2, 3]),
    ],
)
def test_a_scale_is_converted_as_the_profile_says(profile: str, right: list[int | None], tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx")
    (tmp_path / "riskbook.toml").write_text(profile, encoding="utf-8")
    assert importances(path) == right


def test_hand_worked_conversion_of_the_scale_from_0_to_2(tmp_path: Path) -> None:
    """2 = 3, 1 = 2, 0 = 1; risk with unknown threat and vulnerability is importance × 3."""
    path = write(
        tmp_path / "a.xlsx", (("a", "書類", "", 2, 0, 0), ("b", "書類", "", 1, 0, 0), ("c", "書類", "", 0, 0, 0))
    )
    assert set(riskbook.assess(path, today=TODAY).risks["level"]) == {"unassessed"}
    (tmp_path / "riskbook.toml").write_text("scale.evaluation = { 2 = 3, 1 = 2, 0 = 1 }")
    assert list(riskbook.assess(path, today=TODAY).risks["risk"]) == [9, 6, 3]


def test_words_marks_media_answers_headers_rows_and_sheets(tmp_path: Path) -> None:
    headers = ("品目", "媒体・保存先", "個人情報", "機密性", "完全性", "可用性")
    rows = (
        ("図面", "本社棚", "匿名", "甲", 1, 1),
        ("以降は参考", "書類", "", 1, 1, 1),
        ("名簿", "金庫", "あり", 2, 1, 1),
    )
    path = write(tmp_path / "a.xlsx", rows, headers)
    (tmp_path / "riskbook.toml").write_text(
        """
        [columns]
        "品目" = "name"
        [scale.confidentiality]
        "甲" = 3
        [values.medium]
        "本社棚" = "書類"
        [values.personal]
        "匿名" = "no"
        [media]
        "書類" = ["金庫"]
        [rows]
        no_asset = ["以降は参考"]
        """,
        encoding="utf-8",
    )
    risks = riskbook.assess(path, today=TODAY).risks
    assert list(risks["name"]) == ["図面", "名簿"]
    assert list(risks["medium"]) == ["書類", "書類"]
    assert list(risks["personal"]) == [False, True]
    assert list(risks["importance"]) == [3, 2]
    (tmp_path / "riskbook.toml").write_text('[sheets]\n"台帳" = "none"', encoding="utf-8")
    with pytest.raises(riskbook.RiskbookError):
        riskbook.assess(path)


@pytest.mark.slow
def test_the_nearest_profile_wins_and_lists_are_joined(tmp_path: Path) -> None:
    path = write(tmp_path / "clients/aoba/a.xlsx", (("図面", "棚", "", 4, 1, 1), ("名簿", "金庫", "", 4, 1, 1)))
    (tmp_path / "clients/riskbook.toml").write_text(
        'scale.evaluation = { 4 = 2, 1 = 1 }\nmedia."書類" = ["棚"]', "utf-8"
    )
    family = tmp_path / "family.toml"
    family.write_text("scale.evaluation = { 4 = 1, 1 = 1 }", "utf-8")
    assert importances(path) == [2, 2]
    result = run("check", path, "--profile", family, "--format", "json")
    assert [a["importance"] for a in json.loads(result.stdout)["workbooks"][0]["assets"]] == [1, 1]
    path.with_name("riskbook.toml").write_text('scale.evaluation = { 4 = 3, 1 = 1 }\nmedia."書類" = ["金庫"]', "utf-8")
    assert importances(path) == [3, 3]
    assert list(riskbook.assess(path, today=TODAY).risks["medium"]) == ["書類", "書類"]


@pytest.mark.slow
def test_a_result_elsewhere_is_read_by_the_profile_beside_its_input(tmp_path: Path) -> None:
    path = write(tmp_path / "clients/aoba/a.xlsx", (("図面", "棚", "", 4, 1, 1),))
    path.with_name("riskbook.toml").write_text('scale.evaluation = { 4 = 2, 1 = 1 }\nmedia."書類" = ["棚"]', "utf-8")
    assert run("assess", tmp_path / "clients", "-o", tmp_path / "out").exit_code == 0
    result = tmp_path / "out/aoba/a.xlsx"

    def importance() -> int:
        checked = run("check", result, "--format", "json")
        return json.loads(checked.stdout)["workbooks"][0]["assets"][0]["importance"]

    assert importance() == 2
    assert run("check", result, "--questions", tmp_path / "q.xlsx").exit_code == 0
    assert run("answers", tmp_path / "q.xlsx", "--into", result).exit_code == 0
    assert importance() == 2
    assert "変化はありません" in run("diff", path, result, "--lang", "ja").stdout
    # A profile beside the result says more; one above both stays under that of the input.
    (tmp_path / "riskbook.toml").write_text("scale.evaluation = { 4 = 1, 1 = 1 }", "utf-8")
    assert importance() == 2
    result.with_name("riskbook.toml").write_text("scale.evaluation = { 4 = 3, 1 = 1 }", "utf-8")
    assert importance() == 3
    # A damaged journal stands in nobody's way.
    (tmp_path / "out/.riskbook/journal.db").write_bytes(b"damaged")
    assert importance() == 3


def test_a_profile_names_the_method_unless_the_command_does(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx")
    (tmp_path / "riskbook.toml").write_text('method = "ipa-4.0"')
    assert riskbook.assess(path).method.name == "ipa-4.0"
    assert riskbook.assess(path, method="ipa-3.1").method.name == "ipa-3.1"


@pytest.mark.parametrize(
    ("profile", "key", "may"),
    [
        ("scale.colour = { 4 = 3 }", "scale.colour", "[scale.evaluation]"),
        ("scale.threat = { 4 = 7 }", "scale.threat.4", "1 | 2 | 3"),
        ("scale.threat = { 4 = true }", "scale.threat.4", "1 | 2 | 3"),
        ("scale.threat = { reverse = 1 }", "scale.threat", "reverse = true"),
        ('values.owner = { "a" = "b" }', "values.owner", "[values.medium]"),
        ('values.personal = { "a" = "maybe" }', "values.personal.a", "yes | no"),
        ('values.answer = { "済" = 5 }', "values.answer.済", "1 | 2 | 3 | 4"),
        ('values.medium = { "棚" = "石板" }', "values.medium.棚", "書類"),
        ('media = { "石板" = ["棚"] }', "media.石板", "書類"),
        ('media = { "書類" = "棚" }', "media.書類", "["),
        ('media = { "書類" = ["社内サーバー"] }', "media.書類", "社内サーバー"),
        ('sheets = { "台帳" = "plan" }', "sheets.台帳", "ledger | threats | checks | none"),
        ('rows = { assets = ["a"] }', "rows.assets", "no_asset"),
        ("method = 3", "method", "["),
        ("colour = 3", "colour", "[scale]"),
    ],
)
def test_a_bad_profile_is_refused_by_key_value_and_what_may_stand_there(
    profile: str, key: str, may: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx")
    (tmp_path / "riskbook.toml").write_text(profile, encoding="utf-8")
    result = run("check", path)
    assert result.exit_code == 2
    assert key in result.stderr
    assert may in result.stderr


# --- riskbook profile ---

ODD = (
    ("図面", "金庫室", "匿名", 4, 2, 1),
    ("名簿", "書類", "", 4, 1, 1),
    ("仕様書", "紙媒休だけ", "", 5, 1, 1),
)


@pytest.mark.slow
def test_profile_proposes_everything_that_was_not_understood(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ODD)
    result = run("profile", path, "-o", tmp_path / "riskbook.toml", "--lang", "ja")
    assert result.exit_code == 0
    text = (tmp_path / "riskbook.toml").read_text("utf-8")
    for line in ("# 5 = 3", "# 1 = 1", '# "金庫室" = ', '# "匿名" = "yes"'):
        assert line in text
    assert "a.xlsx 台帳!" in text
    # Comments change nothing: no number rests on a proposal that nobody confirmed.
    assert set(riskbook.assess(path, today=TODAY).risks["level"]) == {"unassessed"}
    before = tomllib.loads(text)
    (tmp_path / "riskbook.toml").write_text(
        "\n".join(
            line.removeprefix("# ") if " = " in line and "（" not in line else line for line in text.splitlines()
        ),
        "utf-8",
    )
    assert tomllib.loads((tmp_path / "riskbook.toml").read_text("utf-8")) != before
    assert "unassessed" not in set(riskbook.assess(path, today=TODAY).risks["level"])


@pytest.mark.slow
def test_profile_again_adds_what_is_new_and_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    path, target = write(tmp_path / "a.xlsx", ODD), tmp_path / "riskbook.toml"
    mine = "# 私のメモ\n[client]\nid = 'aoba'   # 顧客\n\n[values.personal]\n'匿名' = 'no'\n"
    target.write_text(mine, "utf-8")
    run("profile", path, "-o", target, "--lang", "ja")
    first = target.read_text("utf-8")
    assert first.startswith(mine.rstrip())
    assert "匿名」" not in first  # settled
    run("profile", path, "-o", target, "--lang", "ja")
    assert target.read_text("utf-8") == first
    write(tmp_path / "a.xlsx", (*ODD, ("契約書", "貸金庫", "", 1, 1, 1)))
    run("profile", path, "-o", target, "--lang", "ja")
    assert target.read_text("utf-8").replace(first.rstrip(), "", 1).count("貸金庫") == 2  # reason and line


def test_profile_on_the_screen_and_as_json(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ODD)
    assert "[scale.evaluation]" in run("profile", path).stdout
    document = json.loads(run("profile", path, "--format", "json").stdout)
    assert document["schema"] == "riskbook.profile/1"
    assert document["proposals"][0]["keys"] == ["scale", "evaluation"]
    assert document["proposals"][0]["value"] == {"5": 3, "4": 3, "3": 2, "2": 2, "1": 1}
    assert run("profile", tmp_path / "none.xlsx").exit_code == 3
    assert run("profile", path, "--ask").exit_code == 2


@pytest.mark.slow
def test_ask_settles_question_by_question_and_shows_the_effect(tmp_path: Path) -> None:
    path, target = write(tmp_path / "a.xlsx", ODD), tmp_path / "riskbook.toml"
    result = run(
        "profile", path, "-o", target, "--ask", "--lang", "ja", answers="5=3 4=2 3=2 2=1 1=1\n書類\n-\nperhaps\nno\n"
    )
    assert result.exit_code == 0
    assert "未評価 3→0" in result.stdout
    written = tomllib.loads(target.read_text("utf-8"))
    assert written["scale"]["evaluation"] == {"5": 3, "4": 2, "3": 2, "2": 1, "1": 1}
    assert written["values"]["medium"]["金庫室"] == "書類"
    assert written["values"]["personal"]["匿名"] == "no"
    assert "yes | no" in result.stdout
    assert importances(path) == [2, 2, 3]


@pytest.mark.slow
def test_what_the_profile_said_is_recorded_and_each_client_has_its_method(tmp_path: Path) -> None:
    path, other = write(tmp_path / "a/a.xlsx"), write(tmp_path / "b/b.xlsx")
    (tmp_path / "a/riskbook.toml").write_text('method = "ipa-4.0"\nscale.evaluation = { 4 = 3, 3 = 3, 2 = 2, 1 = 1 }')
    call = ("assess", tmp_path, "-o", tmp_path / "out", "--store", tmp_path / "h.db", "--lang", "en")
    result = run(*call, "--format", "json")
    assert [book["method"] for book in json.loads(result.stdout)["workbooks"]] == ["ipa-4.0", "ipa-3.1"]
    with History(tmp_path / "h.db", read_only=True) as history:
        runs = {run.facts["file"]: run for run in history.runs()}
        assert [runs[name.name].facts["method"] for name in (path, other)] == ["ipa-4.0", "ipa-3.1"]
        assert history.record(runs["a.xlsx"])["profile"]["scale"] == {"evaluation": {"4": 3, "3": 3, "2": 2, "1": 1}}
        assert "profile" not in history.record(runs["b.xlsx"])
    # Another profile is a reason to assess the workbook again.
    assert run(*call).stdout.count("unchanged") == 3  # both, and their number
    (tmp_path / "a/riskbook.toml").write_text("scale.evaluation = { 4 = 3, 3 = 2, 2 = 1, 1 = 1 }")
    assert run(*call).stdout.count("unchanged") == 2


@pytest.mark.parametrize("page", ["en", "ja"])
def test_the_example_of_the_documentation_is_right(page: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / page / "reference/profile.md").read_text("utf-8")
    (tmp_path / "riskbook.toml").write_text(text.split("```toml\n")[1].split("```")[0], "utf-8")
    headers = ("品目", "置き場所", "個人情報", "機密性", "完全性", "可用性")
    rows = (("図面", "本社棚", "匿名", 4, 2, 1), ("以降は参考", "書類", "", 1, 1, 1), ("名簿", "テープ", "", 2, 1, 1))
    risks = riskbook.assess(write(tmp_path / "a.xlsx", rows, headers), today=TODAY).risks
    assert list(risks["name"]) == ["図面", "名簿"]
    assert list(risks["medium"]) == ["書類", "可搬電子媒体"]
    assert list(risks["importance"]) == [3, 2]


@pytest.mark.slow
def test_a_monthly_package_says_how_each_clients_files_were_read(tmp_path: Path) -> None:
    write(tmp_path / "clients/a/a.xlsx")
    write(tmp_path / "clients/b/b.xlsx")
    (tmp_path / "clients/a/riskbook.toml").write_text("scale.evaluation = { 4 = 3, 3 = 3, 2 = 2, 1 = 1 }")
    run("assess", tmp_path / "clients", "-o", tmp_path / "out", "--store", tmp_path / "h.db", "--today", "2026-10-10")
    package = tmp_path / "audit/audit-2026-10"
    run("audit", tmp_path / "h.db", "--month", "2026-10", "-o", tmp_path / "audit", "--lang", "en")
    with (package / "clients.csv").open(encoding="utf-8-sig") as stream:
        said = {row["file"]: row["profile"] for row in csv.DictReader(stream)}
    said_of_a = "; ".join(f"scale.evaluation.{typed} = {grade}" for typed, grade in ((1, 1), (2, 2), (3, 3), (4, 3)))
    assert said == {"a.xlsx": said_of_a, "b.xlsx": ""}
    assert run("verify", tmp_path / "audit", "--store", tmp_path / "h.db").exit_code == 0


def test_asking_adds_to_a_list_and_keeps_what_a_person_wrote() -> None:
    text = '[rows]\nno_asset = ["以降は参考"]\n'
    one = Proposal(("rows", "no_asset"), ["控え"], False, "", ("a.xlsx",))
    assert tomllib.loads(settled(text, one, one.value))["rows"]["no_asset"] == ["以降は参考", "控え"]


def test_a_profile_for_many_clients_names_none_of_them(tmp_path: Path) -> None:
    path = write(tmp_path / "clients/aoba/a.xlsx")
    family = parse_project('[client]\nid = "one"\nname = "One"', tmp_path / "family.toml")
    assert Settings(profile=family).beside(path).client() == ("", "")
    path.with_name("riskbook.toml").write_text('[client]\nid = "aoba"')
    assert Settings(profile=family).beside(path).client() == ("aoba", "")


def test_asking_works_with_a_method_of_other_levels(tmp_path: Path) -> None:
    path, target = write(tmp_path / "a.xlsx", (("図面", "金庫室", "", 5, 2, 1),)), tmp_path / "riskbook.toml"
    result = run("profile", path, "-o", target, "--ask", "--method", "matrix-5x5", "--lang", "ja", answers="書類\n")
    assert result.exit_code == 0
    assert tomllib.loads(target.read_text("utf-8"))["values"]["medium"]["金庫室"] == "書類"


def test_findings_without_a_cell_are_all_shown(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx")
    result = run("check", path, "--map", "ない見出し=name", "--map", "これもない=medium", "--lang", "ja")
    assert "ない見出し" in result.stdout
    assert "これもない" in result.stdout
    assert "None" not in result.stdout


@pytest.mark.slow
def test_a_profile_of_one_workbook_changes_no_other(tmp_path: Path) -> None:
    """NAME.riskbook.toml counts before riskbook.toml, also for the result, and for every command."""
    one, other = write(tmp_path / "one.xlsx"), write(tmp_path / "other.xlsx")
    (tmp_path / "riskbook.toml").write_text("[scale.evaluation]\n4 = 3\n3 = 3\n2 = 2\n1 = 1")
    (tmp_path / "one.riskbook.toml").write_text("[scale.evaluation]\n4 = 3\n3 = 2\n2 = 2\n1 = 1")
    assert importances(one) == [3, 2, 2, 1]
    assert importances(other) == [3, 3, 2, 1]
    assert run("assess", one, "--no-history", "--today", str(TODAY)).exit_code == 0
    assert importances(tmp_path / "one-assessed.xlsx") == [3, 2, 2, 1]
    asked = run("profile", other, "-o", tmp_path / "other.riskbook.toml")
    assert asked.exit_code == 0
    (tmp_path / "one.riskbook.toml").write_text("[scale]\nwrong")
    assert "one.riskbook.toml" in run("check", one).output
    assert run("check", one).exit_code == 2
