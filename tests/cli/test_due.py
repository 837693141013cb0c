"""`riskbook due`: what falls due over clients, from workbooks and from histories, and as a calendar."""

from __future__ import annotations

import builtins
import json
import shutil
import sqlite3
import zlib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import icalendar
import openpyxl
import pytest
import time_machine

from riskbook.analysis import recorded_deadlines, span_end
from riskbook.model import canonical, sha256
from tests.support.commands import invoke
from tests.support.forms import CLOUD, MEDIA, PAPER, PC, SERVER, USB, Asset, Form, write_form
from tests.support.places import KITAHAMA
from tests.support.plans import fill_measures, fill_plan
from tests.support.workbooks import edit

TODAY = date(2026, 11, 26)
COMPANY = "北浜精機株式会社"
HIGH = (3, 3, 3)
QUESTION, DONE_QUESTION, TEXT_QUESTION = "方針がある", "アカウントを分けている", "バックアップがある"

# Worked by hand: kind, subject, day, days from TODAY, who, the cell.
EXPECTED = [
    ("decision", "顧客台帳", "2026-11-16", -10, "佐藤", "台帳!B5"),
    ("retention", "契約書", "2026-11-25", -1, None, "台帳!N7"),
    ("review", "会計データ", "2026-11-26", 0, "社長", "台帳!B6"),
    ("measure", QUESTION, "2026-12-10", 14, "鈴木", "対策状況チェック!E4"),
    ("retention", "見積書", "2026-12-26", 30, None, "台帳!N8"),
]
UNDATED = [
    ("decision", "設計図", "来月中", "対応計画"),
    ("measure", TEXT_QUESTION, "年度内に", "対策計画"),
    ("retention", "給与データ", "税法による", "台帳"),
]


def due_form(company: str = COMPANY, **changes: Any) -> Form:
    """Assets whose retentions end by a date and by years, and measures."""
    assets = [
        Asset("営業", "顧客台帳", CLOUD, HIGH, retention="永年"),
        Asset("経理", "会計データ", PC, HIGH),
        Asset("営業", "契約書", PAPER, HIGH, retention=date(2026, 11, 25)),
        Asset("営業", "見積書", SERVER, HIGH, retention="5年", registered=date(2021, 12, 26)),
        Asset("設計", "設計図", USB, HIGH, retention=date(2026, 12, 27)),
        Asset("人事", "給与データ", PC, HIGH, retention="税法による"),
        Asset("人事", "社員名簿", PC, HIGH, retention="5年", registered=""),
    ]
    checks = [(1, QUESTION, 3), (4, DONE_QUESTION, 3), (7, TEXT_QUESTION, 2)]
    return Form({"台帳": changes.get("assets", assets)}, [(medium, "脅威", 3) for medium in MEDIA], checks, company)


PLAN: dict[str, dict[str, Any]] = {
    "顧客台帳": {"決定": "低減", "担当": "佐藤", "期限": date(2026, 11, 16), "状況": "実施中"},
    "会計データ": {
        "決定": "保有",
        "承認者": "社長",
        "見直し期限": date(2026, 11, 26),
        "期限": date(2026, 11, 1),
        "状況": "完了",
    },
    "契約書": {"決定": "低減", "期限": date(2026, 11, 2), "完了日": date(2026, 11, 1)},
    "見積書": {"決定": "低減", "期限": date(2027, 1, 31), "見直し期限": "2026年12月27日"},
    "設計図": {"決定": "回避", "期限": "来月中"},
    "社員名簿": {"見直し期限": date(2026, 12, 1)},  # without a decision there is nothing to review
}
MEASURES: dict[str, dict[str, Any]] = {
    QUESTION: {"担当": "鈴木", "期限": date(2026, 12, 10), "状況": "計画"},
    DONE_QUESTION: {"担当": "鈴木", "期限": date(2026, 11, 30), "状況": "完了"},
    TEXT_QUESTION: {"期限": "年度内に"},
}


def made(folder: Path, form: Form, plan: dict[str, Any], measures: dict[str, Any]) -> Path:
    """A client's folder: a workbook, and its result with these plans filled in."""
    folder.mkdir(parents=True)
    book = write_form(form, folder / "book.xlsx")
    result = folder / "book-assessed.xlsx"
    invoke("assess", book, "--today", "2026-11-01", "--no-history", "-o", result)
    fill_plan(result, plan)
    fill_measures(result, measures)
    return result


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client with its history: assessed again after the plans were filled in."""
    place = tmp_path_factory.mktemp("due") / "clients"
    made(place / "A", due_form(), PLAN, MEASURES)
    invoke("assess", place / "A" / "book.xlsx", "--today", TODAY)
    return place


@pytest.fixture
def clients(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "clients"))


@pytest.mark.slow
def test_diff_of_a_month_that_is_not_over_calls_late_only_what_was_due_by_today(clients: Path) -> None:
    invoke("assess", clients / "A" / "book.xlsx", "--today", "2026-12-05")

    def late(today: str) -> bool:
        with time_machine.travel(f"{today}T03:00:00Z", tick=False):
            shown = invoke("diff", "2026-11", "2026-12", "--store", clients / "A", "--lang", "ja", code=0).output
        return f"対策の遅れ {QUESTION}" in shown  # due on 2026-12-10

    assert not late("2026-12-05")
    assert late("2026-12-11")
    assert late("2027-01-04")


def document(*arguments: object, code: int | None = None) -> dict[str, Any]:
    result = invoke("due", *arguments, "--format", "json", code=code)
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["schema"] == "riskbook.due/1"
    return found


def listed(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (e["kind"], e["subject"], e["date"], e["days"], e["decided_by"] or e["assignee"], e["place"])
        for e in found["due"]
    ]


def events(path: Path) -> dict[str, Any]:
    """UID → event of a calendar."""
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    found = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT"))
    return found


@pytest.mark.slow
def test_what_falls_due_is_as_worked_by_hand(clients: Path) -> None:
    found = document(clients, "--today", TODAY, code=1)
    assert listed(found) == EXPECTED
    assert {entry["client"] for entry in found["due"]} == {COMPANY}
    undated = [(e["kind"], e["subject"], e["found"], e["place"].split("!")[0]) for e in found["undated"]]
    assert undated == [UNDATED[0], UNDATED[2], UNDATED[1]]
    assert found["counts"] == {"overdue": 2, "due": 3, "undated": 3}
    assert (found["today"], found["until"], found["failed"]) == ("2026-11-26", "2026-12-26", [])
    decision = found["due"][0]
    assert (decision["business"], decision["medium"]) == ("営業", CLOUD)


@pytest.mark.slow
def test_a_workbook_that_is_named_is_read_with_the_result_beside_it(clients: Path) -> None:
    book = clients / "A" / "book.xlsx"
    of_result, of_book = (
        json.loads(invoke("due", path, "--within", "1y", "--today", TODAY, "--format", "json").stdout)
        for path in (book.with_name("book-assessed.xlsx"), book)
    )
    assert of_book["due"] == of_result["due"]
    assert {entry["kind"] for entry in of_book["due"]} == {"decision", "measure", "review", "retention"}
    shutil.copy(KITAHAMA, book.with_name("book-assessed.xlsx"))  # no result: what lies there is no business of this one
    alone = json.loads(invoke("due", book, "--within", "1y", "--today", TODAY, "--format", "json").stdout)
    assert {entry["kind"] for entry in alone["due"]} <= {"retention"}


@pytest.mark.slow
def test_an_entry_without_date_names_its_own_cell(clients: Path) -> None:
    book = openpyxl.load_workbook(clients / "A" / "book-assessed.xlsx")
    for entry in document(clients, "--today", TODAY)["undated"]:
        sheet, cell = entry["place"].split("!")
        assert book[sheet][cell].value == entry["found"]


@pytest.mark.slow
def test_workbook_and_history_give_the_same(clients: Path) -> None:
    of_workbooks = document(clients, "--today", TODAY, "--within", "1y", code=1)
    before = {path: path.read_bytes() for path in clients.rglob("*.xlsx")}
    of_history = document("--store", clients, "--today", TODAY, "--within", "1y", code=1)
    of_file = document(clients / "A" / ".riskbook" / "history.db", "--today", TODAY, "--within", "1y", code=1)
    for name in ("due", "undated", "counts", "until"):
        assert of_workbooks[name] == of_history[name] == of_file[name], name
    assert of_history["clients"][0] == {
        "client": COMPANY, "source": "A/book", "day": "2026-11-26", "failed": None, "retentions": True,
    }  # fmt: skip
    assert {path: path.read_bytes() for path in clients.rglob("*.xlsx")} == before


def test_without_names_the_histories_below_the_working_folder_are_read(
    clients: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clients)
    assert listed(document("--today", TODAY, code=1)) == EXPECTED


@pytest.mark.slow
def test_a_history_counts_as_it_was_on_the_day(clients: Path) -> None:
    fill_plan(clients / "A" / "book-assessed.xlsx", {"顧客台帳": {"期限": date(2027, 2, 1)}})
    invoke("assess", clients / "A" / "book.xlsx", "--today", "2026-12-01")
    assert listed(document("--store", clients, "--today", TODAY)) == EXPECTED
    later = listed(document("--store", clients, "--today", "2026-12-01"))
    assert [entry[:2] for entry in later if entry[3] < 0] == [("retention", "契約書"), ("review", "会計データ")]
    assert document("--store", clients, "--today", "2026-01-01", code=0)["clients"] == []


@pytest.mark.parametrize(
    ("within", "last", "until"),
    [("0d", 3, "2026-11-26"), ("13d", 3, "2026-12-09"), ("2w", 4, "2026-12-10"), ("29d", 4, "2026-12-25"),
     ("30D", 5, "2026-12-26"), ("1m", 5, "2026-12-26"), ("9999y", 8, "9999-11-26")],
)  # fmt: skip
def test_the_last_day_of_the_span_is_listed(clients: Path, within: str, last: int, until: str) -> None:
    found = document("--store", clients, "--today", TODAY, "--within", within, code=1)
    assert (len(found["due"]), found["until"]) == (last, until)
    assert [e for e in listed(found) if e in EXPECTED] == EXPECTED[: min(last, 5)]


@pytest.mark.parametrize(
    ("today", "count", "unit", "until"),
    [
        ("2026-11-30", 3, "m", "2027-02-28"),
        ("2027-11-30", 3, "m", "2028-02-29"),
        ("2026-08-31", 1, "m", "2026-09-30"),
        ("2028-02-29", 1, "y", "2029-02-28"),
        ("2028-02-29", 4, "y", "2032-02-29"),
        ("2028-02-28", 1, "d", "2028-02-29"),
        ("2026-12-31", 1, "w", "2027-01-07"),
        ("9999-12-01", 90, "d", "9999-12-31"),
    ],
)
def test_spans_end_on_days_that_exist(today: str, count: int, unit: str, until: str) -> None:
    assert str(span_end(date.fromisoformat(today), count, unit)) == until


@pytest.mark.slow
def test_a_retention_by_years_from_a_leap_day_ends_on_the_last_of_february(tmp_path: Path) -> None:
    asset = Asset("営業", "記録", PAPER, HIGH, retention="3年", registered=date(2024, 2, 29))
    unclear = Asset("営業", "控え", PAPER, HIGH, retention="3年", registered="去年の夏")
    book = write_form(due_form(assets=[asset, unclear]), tmp_path / "book.xlsx")
    found = document(book, "--today", "2027-02-28", "--within", "0d", code=0)
    assert listed(found) == [("retention", "記録", "2027-02-28", 0, None, "台帳!N5")]
    assert [(e["subject"], e["found"], e["place"]) for e in found["undated"]] == [("控え", "去年の夏", "台帳!O6")]
    assert document(book, "--today", "2027-03-01", code=1)["counts"]["overdue"] == 1


@pytest.mark.slow
def test_text_is_grouped_by_client_soonest_first(clients: Path) -> None:
    made(clients / "B", due_form("青葉食品株式会社"), {}, {QUESTION: {"期限": date(2026, 11, 10)}})
    result = invoke("due", clients, "--today", TODAY, code=1)
    lines = result.stdout.splitlines()
    first, second = (next(i for i, line in enumerate(lines) if line == name) for name in ("青葉食品株式会社", COMPANY))
    assert (first, second < len(lines)) == (0, True)
    assert lines[1] == f"  【超過】2026-11-10（16日超過）  対策の期限：{QUESTION}  対策状況チェック!E4"
    assert lines[second + 1] == (
        "  【超過】2026-11-16（10日超過）  対応の期限：顧客台帳（営業、社外サーバー）  担当：佐藤  台帳!B5"
    )
    assert (
        lines[second + 3] == "  2026-11-26（今日）  決定の見直し：会計データ（経理、事務所PC）  承認者：社長  台帳!B6"
    )
    assert lines[second + 4].startswith("  2026-12-10（あと14日）  対策の期限：")
    assert lines[second + 6].startswith("  日付を読み取れません「来月中」  対応の期限：設計図（設計、可搬電子媒体）")
    assert lines[-1] == "期限超過4件、2026-12-26までに期限が来るもの4件、日付を読み取れない記入4件（顧客2件）"
    assert "riskbook due" in result.stderr


def test_text_in_english(clients: Path) -> None:
    lines = invoke("due", "--store", clients, "--today", TODAY, "--lang", "en", code=1).stdout.splitlines()
    assert lines[1] == (
        "  OVERDUE 2026-11-16 (10 days ago)  treatment due: 顧客台帳 (営業, External server)  assignee: 佐藤  台帳!B5"
    )
    assert lines[2].startswith("  OVERDUE 2026-11-25 (1 day ago)  end of retention: 契約書")
    assert lines[6].startswith("  no date that can be read: “来月中”  treatment due: 設計図")
    assert lines[-1] == "2 overdue, 3 due up to 2026-12-26, 3 without a date that can be read (1 client)"


def test_nothing_overdue_ends_with_0(tmp_path: Path) -> None:
    book = write_form(due_form(assets=[Asset("営業", "記録", PAPER, HIGH)]), tmp_path / "book.xlsx")  # and no plan
    result = invoke("due", book, "--today", TODAY, code=0)
    assert result.stdout == "期限超過0件、2026-12-26までに期限が来るもの0件、日付を読み取れない記入0件（顧客1件）\n"


@pytest.mark.slow
def test_hidden_plans_count(clients: Path) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        for name in ("対応計画", "対策計画"):
            book[name].sheet_state = "hidden"

    edit(clients / "A" / "book-assessed.xlsx", hide)
    assert listed(document(clients, "--today", TODAY)) == EXPECTED


@pytest.mark.slow
def test_a_workbook_that_fails_stops_no_other(clients: Path) -> None:
    (clients / "broken.xlsx").write_bytes(b"no workbook")
    found = document(clients, "--today", TODAY, code=3)
    assert listed(found) == EXPECTED
    (failure,) = found["failed"]
    assert failure["input"].endswith("broken.xlsx")
    result = invoke("due", clients, "--today", TODAY, code=3)
    assert "broken.xlsx" in result.stderr
    assert "broken.xlsx" not in result.stdout


def test_a_history_that_fails_stops_no_other(clients: Path) -> None:
    store = clients / "B" / ".riskbook" / "history.db"
    store.parent.mkdir(parents=True)
    store.write_bytes(b"no database")
    found = document("--store", clients, "--today", TODAY, code=3)
    assert listed(found) == EXPECTED
    assert [entry["path"] for entry in found["unreadable"]] == [str(store)]
    store.write_bytes((clients / "A" / ".riskbook" / "history.db").read_bytes())
    with sqlite3.connect(store) as db:
        db.execute("DROP TRIGGER objects_hold")
        db.execute("UPDATE objects SET content = ?", (zlib.compress(b"{}"),))
    assert listed(document("--store", clients, "--today", TODAY, code=3)) == EXPECTED


def test_no_history_and_no_workbook(tmp_path: Path) -> None:
    failed = invoke("due", "--store", tmp_path, "--format", "json", code=3)
    assert json.loads(failed.stdout)["schema"] == "riskbook.error/1"
    assert document(tmp_path, code=3)["due"] == []


@pytest.mark.parametrize(
    "words", [("--within", "3"), ("--within", "3 months"), ("--within", "-3d"), ("--ics", ""), ("",)]
)
def test_wrong_usage(clients: Path, words: tuple[str, ...]) -> None:
    invoke("due", *(words if words == ("",) else (clients, *words)), code=2)
    invoke("due", clients, "--store", clients, code=2)


def test_a_failed_run_is_named(clients: Path) -> None:
    (clients / "A" / "book-assessed.xlsx").unlink()
    (clients / "A" / "book.xlsx").write_bytes(b"broken")
    invoke("assess", clients / "A" / "book.xlsx", "--today", TODAY, code=3)
    found = document("--store", clients, "--today", TODAY, code=1)
    assert (listed(found), found["clients"][0]["failed"]) == (EXPECTED, "2026-11-26")
    assert COMPANY in invoke("due", "--store", clients, "--today", TODAY).stderr


def test_a_record_of_an_earlier_version_has_no_retentions(clients: Path) -> None:
    store = clients / "A" / ".riskbook" / "history.db"
    with sqlite3.connect(store) as db:
        facts, content = db.execute(
            "SELECT facts, content FROM entries, objects WHERE objects.digest = entries.state"
        ).fetchone()
    record = json.loads(zlib.decompress(content))
    assert recorded_deadlines(record) == (record["deadlines"], True)
    del record["deadlines"]
    _replace_record(store, json.loads(facts), record)
    found = document("--store", clients, "--today", TODAY, code=1)
    assert [entry[:5] for entry in listed(found)] == [entry[:5] for entry in EXPECTED if entry[0] != "retention"]
    assert {entry["place"] for entry in (*found["due"], *found["undated"])} == {None}
    assert found["clients"][0]["retentions"] is False
    assert "以前のバージョン" in invoke("due", "--store", clients, "--today", TODAY).stderr


def _replace_record(store: Path, facts: dict[str, Any], record: dict[str, Any]) -> None:
    """A history of one run with this record, as another version would have written it."""
    from riskbook.records.entries import linked

    state = canonical(record)
    text = canonical({**facts, "state": sha256(state)})
    with sqlite3.connect(store) as db:
        method = db.execute("SELECT content FROM objects WHERE digest = ?", (facts["method_digest"],)).fetchone()[0]
    store.unlink()
    from riskbook.records import History

    with History(store):
        pass
    with sqlite3.connect(store) as db:
        db.execute("INSERT INTO objects VALUES (?, ?)", (sha256(state), zlib.compress(state)))
        db.execute("INSERT INTO objects VALUES (?, ?)", (facts["method_digest"], method))
        names = ("client", "day")
        db.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (1, sha256(text), linked("", sha256(text)), "run", text.decode(), *(facts[name] for name in names),
             sha256(state), facts["method_digest"], facts["output"]),
        )  # fmt: skip


# --- names of clients ---


@pytest.mark.slow
def test_clients_without_a_name_have_that_of_their_folder_and_equal_names_their_path(tmp_path: Path) -> None:
    asset = Asset("営業", "記録", PAPER, HIGH, retention=date(2026, 11, 30))
    for folder, company in (("C", ""), ("D", ""), ("E/x", "青葉株式会社"), ("E/y", "青葉株式会社")):
        (tmp_path / folder).mkdir(parents=True)
        write_form(due_form(company, assets=[asset]), tmp_path / folder / "ledger.xlsx")
    named = ["C", "D", "青葉株式会社 (E/x/ledger)", "青葉株式会社 (E/y/ledger)"]
    found = document(tmp_path, "--today", TODAY)
    assert [entry["client"] for entry in found["due"]] == named
    assert len({entry["client"] for entry in found["clients"]}) == 4
    for path in sorted(tmp_path.rglob("*.xlsx")):
        invoke("assess", path, "--today", TODAY)
    assert [entry["client"] for entry in document("--store", tmp_path, "--today", TODAY)["due"]] == named


# --- the calendar ---


@pytest.mark.slow
def test_the_calendar_has_what_is_listed(clients: Path, tmp_path: Path) -> None:
    target = tmp_path / "due.ics"
    result = invoke("due", clients, "--today", TODAY, "--ics", target, code=1)
    assert f"予定5件を {target} に書き出しました" in result.stdout
    found = list(events(target).values())
    assert [event["dtstart"].dt for event in found] == [date.fromisoformat(entry[2]) for entry in EXPECTED]
    assert str(found[0]["summary"]) == f"[{COMPANY}] 対応の期限：顧客台帳"
    assert str(found[0]["description"]).splitlines() == [
        COMPANY, "対応の期限 2026-11-16", "顧客台帳（営業、社外サーバー）", "担当：佐藤", "場所：台帳!B5",
    ]  # fmt: skip
    for event in found:
        assert type(event["dtstart"].dt) is date  # a whole day
        assert {"dtstamp", "last-modified", "sequence"} <= {name.lower() for name in event}
    assert document(clients, "--today", TODAY, "--ics", target, code=1)["ics"] == str(target)


@pytest.mark.slow
def test_uids_stay_when_a_day_moves_and_what_is_done_is_gone(clients: Path, tmp_path: Path) -> None:
    target, result = tmp_path / "due.ics", clients / "A" / "book-assessed.xlsx"
    runs = []
    moved = {"顧客台帳": {"期限": date(2026, 12, 1)}, "会計データ": {"見直し期限": None}}
    for day, change in (("2026-11-26", {}), ("2026-11-27", {}), ("2026-11-28", moved)):
        if change:
            fill_plan(result, change)
        with time_machine.travel(datetime.fromisoformat(f"{day}T09:00:00+09:00"), tick=False):
            invoke("due", clients, "--today", TODAY, "--ics", target, code=1)
        runs.append(events(target))
    first, second, third = runs
    assert list(first) == list(second)
    decision, _, review, *_ = first
    assert set(first) - set(third) == {review}
    assert set(third) < set(first)
    assert (first[decision]["dtstart"].dt, third[decision]["dtstart"].dt) == (date(2026, 11, 16), date(2026, 12, 1))
    numbers = [run[decision]["sequence"] for run in runs]
    assert numbers == sorted(set(numbers))
    modified = [run[decision]["last-modified"].dt for run in runs]
    assert modified == sorted(set(modified))
    invoke("due", "--store", clients, "--today", TODAY, "--ics", target, code=1)
    assert list(events(target)) == list(first)  # the same from the history, whose last run was before the change


def test_assets_that_are_alike_have_uids_of_their_own(tmp_path: Path) -> None:
    asset = Asset("営業", "記録", PAPER, HIGH, retention=date(2026, 12, 1))
    book = write_form(due_form(assets=[asset, asset]), tmp_path / "book.xlsx")
    invoke("due", book, "--today", TODAY, "--ics", tmp_path / "due.ics", code=0)
    assert len(events(tmp_path / "due.ics")) == 2


HOSTILE = (
    "顧客,台帳;\\n",
    "二行の\n名前",
    "\x1b[2J消す\u202eか",
    "鍵🔑と家族👨\u200d👩\u200d👧",
    "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:x",
    "長い" * 200,
)


@pytest.mark.slow
def test_hostile_names_do_no_harm(tmp_path: Path) -> None:
    day = date(2026, 12, 1)
    assets = [Asset("営\n業", name.replace("\x1b", "_x001B_"), PAPER, HIGH, retention=day) for name in HOSTILE]
    book = write_form(due_form("悪い\n会社, Ltd. 🏭", assets=assets), tmp_path / "book.xlsx")
    target = tmp_path / "due.ics"
    result = invoke("due", book, "--today", TODAY, "--ics", target, code=0)
    assert len([line for line in result.stdout.splitlines() if line.startswith("  2026-12-01")]) == len(HOSTILE)
    assert not {"\x1b", "\u202e", "\r"} & set(result.stdout)
    content = target.read_bytes()
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    found = list(events(target).values())
    assert len(found) == len(HOSTILE)
    summaries = [str(event["summary"]) for event in found]
    assert not any(character < " " for summary in summaries for character in summary)
    assert summaries[0].endswith("顧客,台帳;\\n")
    assert summaries[1].endswith("二行の 名前")
    assert summaries[3].endswith("鍵🔑と家族👨👩👧")  # reading leaves out what joins them
    assert summaries[4].endswith("a END:VEVENT BEGIN:VEVENT UID:x")
    assert {event["dtstart"].dt for event in found} == {day}
    assert [entry["subject"] for entry in document(book, "--today", TODAY)["due"]][1] == "二行の\n名前"


def test_only_a_calendar_of_riskbook_is_replaced(clients: Path, tmp_path: Path) -> None:
    other = tmp_path / "mine.ics"
    other.write_text("BEGIN:VCALENDAR\r\nPRODID:-//mine//EN\r\nEND:VCALENDAR\r\n")
    before = other.read_bytes()
    assert "mine.ics" in invoke("due", clients, "--ics", other, code=3).stderr
    assert other.read_bytes() == before
    invoke("due", clients, "--ics", tmp_path, code=3)
    book = clients / "A" / "book.xlsx"
    before = book.read_bytes()
    assert (
        json.loads(invoke("due", book, "--ics", book, "--format", "json", code=3).stdout)["schema"]
        == "riskbook.error/1"
    )
    assert book.read_bytes() == before


def test_a_calendar_that_cannot_be_written_is_said_after_the_list(clients: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    target = tmp_path / "file" / "due.ics"
    found = document(clients, "--today", TODAY, "--ics", target, code=3)
    assert (listed(found), found["ics"]) == (EXPECTED, None)
    assert str(target) in found["error"]


@pytest.fixture
def without_icalendar(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "icalendar":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)


@pytest.mark.usefixtures("without_icalendar")
def test_without_the_extra_one_line_says_what_to_install(clients: Path, tmp_path: Path) -> None:
    result = invoke("due", clients, "--ics", tmp_path / "due.ics", code=3)
    assert result.output.strip() == "カレンダーのファイルを書き出すには pip install 'riskbook[calendar]' が必要です。"
    assert listed(document(clients, "--today", TODAY, code=1)) == EXPECTED  # the list needs no library
