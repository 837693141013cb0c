"""The local page without a browser: what it gives is what the command line gives, of the same input on the same day."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import openpyxl
import pytest

from riskbook.opc import encrypted
from riskbook.text import LANGUAGES
from tests.support.books import write_book
from tests.support.commands import history_of, invoke
from tests.support.days import ON_TODAY
from tests.support.places import CLINIC, HARBOUR, KITAHAMA, PACKAGES, ROOT
from tests.support.scales import write
from tests.support.web import served
from tests.support.workbooks import signed

pytestmark = pytest.mark.slow


def _by_command(workbook: Path, folder: Path, *words: str) -> tuple[Path, str]:
    """A workbook assessed by the command line in a folder of its own: the result, and what was printed."""
    folder.mkdir(exist_ok=True)
    copy = Path(shutil.copy(workbook, folder))
    said = invoke("assess", copy, "--no-history", *ON_TODAY, *words)
    return copy.with_stem(f"{copy.stem}-assessed"), said.stdout


@pytest.mark.parametrize("workbook", [CLINIC, HARBOUR, KITAHAMA, PACKAGES / "macros.xlsm"], ids=lambda path: path.stem)
def test_the_result_is_that_of_the_command_line(workbook: Path, tmp_path: Path) -> None:
    right, said = _by_command(workbook, tmp_path / "by command")
    with served() as web:
        assert web.upload((workbook.name, workbook.read_bytes())).status_code == 303
        web.ready()
        result = web.get(f"ja/book/{web.only()}/result")
        page = web.get(f"ja/book/{web.only()}").text
    assert result.content == right.read_bytes()
    assert result.headers["content-disposition"].endswith(f"{workbook.stem}-assessed{workbook.suffix}")
    for place in re.findall(r"^  \[\S+\] (\S+![A-Z]+\d+)", said, re.MULTILINE):  # the findings, by cell
        assert place in page
    checked = json.loads(invoke("check", tmp_path / "by command" / workbook.name, *ON_TODAY, "--format", "json").stdout)
    for level, count in checked["workbooks"][0]["summary"].items():
        assert re.search(rf'class="level-{level}"><dt>[^<]+</dt><dd>{count}</dd>', page)


@pytest.mark.parametrize("name", ["signed.xlsx", "locked.xlsx", "no-ledger.xlsx", "text.xlsx"])
def test_what_cannot_be_assessed_is_told_as_by_the_command_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "no-ledger.xlsx":
        openpyxl.Workbook().save(path)
    elif name == "text.xlsx":
        path.write_text("no workbook")
    elif name == "locked.xlsx":
        path.write_bytes(encrypted(HARBOUR.read_bytes(), "ひみつ"))
    else:
        signed(KITAHAMA, path)
    said = invoke("assess", path, "--no-history", code=3).stderr
    with served() as web:
        web.upload((name, path.read_bytes()))
        web.ready()
        page = web.get(f"ja/book/{web.only()}").text
        assert web.get(f"ja/book/{web.only()}/result").status_code == 404
    message = said.splitlines()[0].partition("：")[2].strip()
    assert message
    assert message[:20] in page


def test_the_counts_and_the_heat_map_are_those_of_the_sheet(tmp_path: Path) -> None:
    with served() as web:
        web.upload((KITAHAMA.name, KITAHAMA.read_bytes()))
        web.ready()
        page, item = web.get(f"ja/book/{web.only()}").text, web.only()
        (tmp_path / "a.xlsx").write_bytes(web.get(f"ja/book/{item}/result").content)
        colours = web.get(f"ja/book/{item}/colours.css").text
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["サマリー"]
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    for answer in re.findall(r"<dd>([^<]{12,})</dd>", page):
        assert answer in texts
    assert len(re.findall(r'<td class="level-\w+"><strong>\d+</strong><span>リスク値\d', page)) == 9
    assert ".level-large{background:#FFADAD;color:#8B0000}" in colours


def test_in_a_folder_it_does_what_assess_does(tmp_path: Path) -> None:
    """The same result beside the original, the same history, and what people typed in an earlier result stays."""
    right, _ = _by_command(HARBOUR, tmp_path / "by command")
    folder = tmp_path / "client"
    folder.mkdir()
    book = Path(shutil.copy(HARBOUR, folder / HARBOUR.name))
    result = folder / right.name
    with served(folder) as web:
        assert "harbour-design.xlsx" in web.get().text
        assert web.post("ja/assess", data={"id": "all"}).status_code == 303
        web.ready()
        assert result.read_bytes() == right.read_bytes()
        assert [run["day"] for run in history_of(book)] == ["2026-11-21"]
        typed = openpyxl.load_workbook(result)
        plan = typed["Treatment plan"]
        column = [cell.value for cell in plan[4]].index("Assignee") + 1
        plan.cell(5, column).value = "Sato"
        typed.save(result)
        assert web.post("ja/assess", data={"id": web.only()}).status_code == 303
        web.ready()
        page = web.get(f"ja/book/{web.only()}").text
        kept = next(folder.glob("*-assessed.xlsx.2*"), None) or next(folder.glob("*.bak*"))
        assert kept.name in page
        assert page.count('<th scope="row" class="day">2026-11-21</th>') == 2  # the trend
    again = openpyxl.load_workbook(result)["Treatment plan"]
    assert "Sato" in [cell.value for row in again.iter_rows() for cell in row]
    assert book.read_bytes() == HARBOUR.read_bytes()


def test_deadlines_of_the_folder_are_those_of_due(tmp_path: Path) -> None:
    shutil.copy(KITAHAMA, tmp_path)
    with served(tmp_path) as web:
        web.post("ja/assess", data={"id": "all"})
        web.ready()
        page = web.get().text
    said = invoke("due", "--store", tmp_path, *ON_TODAY).stdout
    days = re.findall(r"【超過】\S+（\d+日超過）", said)
    assert days
    assert all(day in page for day in days)


def test_an_answer_is_about_its_workbook_alone(tmp_path: Path) -> None:
    """The scale that is said of one workbook of a folder changes no other."""
    one, other = write(tmp_path / "one.xlsx"), write(tmp_path / "other.xlsx")
    with served(tmp_path) as web:
        web.post("ja/assess", data={"id": "all"})
        web.ready()
        ids = {item.name: item.id for item in web.desk.items()}
        page = web.get(f"ja/book/{ids['one.xlsx']}").text
        about = re.search(r'name="about" value="(\w+)"', page)[1]  # type: ignore[index]
        wrong = web.post(f"ja/book/{ids['one.xlsx']}/answer", data={"about": about, "grade": "9"})
        assert wrong.status_code == 422
        assert not list(tmp_path.glob("*.toml"))
        assert web.post(f"ja/book/{ids['one.xlsx']}/answer", data={"about": about, "grade": "x"}).status_code == 422
        given = {"about": about, "grade": "3"}
        assert web.post(f"ja/book/{ids['one.xlsx']}/answer", data=given).status_code == 303
        web.ready()
        assert web.post(f"ja/book/{ids['one.xlsx']}/answer", data=given).status_code == 409
        shown = web.get(f"ja/book/{ids['one.xlsx']}").text
        assert "大 2→3" in shown
        assert "one.riskbook.toml" in shown
        web.post("ja/assess", data={"id": "all"})
        web.ready()
    for path, unassessed in ((one, "未評価0"), (other, "未評価1")):  # the command line reads the answer, too
        assert unassessed in invoke("check", path, *ON_TODAY).stdout


def test_a_wrong_profile_fails_its_workbook_alone(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        shutil.copy(CLINIC, tmp_path / name)
    (tmp_path / "one" / "riskbook.toml").write_text("[limits]\nmembers = 0")
    with served(tmp_path) as web:
        web.post("ja/assess", data={"id": "all"})
        web.ready()
        assert [item.outcome.status for item in web.desk.items() if item.outcome] == ["failed", "ok"]
        page = web.get()
        assert page.status_code == 200


def test_a_ledger_that_is_not_found_is_asked_about(tmp_path: Path) -> None:
    """The headers of the nearest sheet are asked for one by one, with the fields by name, until it is a ledger."""
    path = write_book(
        tmp_path / "a.xlsx", 一覧=[["情報資産一覧"], ["対象名称", "保管場処", "重要ランク"], ["契約書", "書類", 3]]
    )
    with served() as web:
        web.upload((path.name, path.read_bytes()))
        web.ready()
        item = web.only()
        assert '<option value="name" selected>情報資産名称</option>' in web.get(f"ja/book/{item}").text
        for _ in range(3):
            page = web.get(f"ja/book/{item}").text
            about = re.search(r'name="about" value="(\w+)"', page)[1]  # type: ignore[index]
            value = re.search(r'<option value="(\w+)" selected>', page)[1]  # type: ignore[index]
            web.post(f"ja/book/{item}/answer", data={"about": about, "value": value})
            web.ready()
        assert web.get(f"ja/book/{item}/result").status_code == 200
        profile = tomllib.loads(web.get(f"ja/book/{item}/profile").text)
    assert profile == {"columns": {"対象名称": "name", "保管場処": "medium", "重要ランク": "importance"}}


def test_pages_are_whole_in_both_languages_and_have_no_inline_script() -> None:
    with served() as web:
        web.upload((CLINIC.name, CLINIC.read_bytes()))
        web.ready()
        for lang in LANGUAGES:
            for path in (f"{lang}/", f"{lang}/book/{web.only()}", f"{lang}/book/none"):
                page = web.get(path).text
                assert f'<html lang="{lang}">' in page
                assert page.count("<h1>") == 1
                assert not re.search(r"<script(?! src=)| on\w+=| style=|<style|javascript:", page)


# --- the command ---


@pytest.mark.skipif(os.name != "posix", reason="ended by SIGINT")
def test_ctrl_c_ends_the_server_and_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "riskbook", "serve", "--no-browser", "--lang", "en"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/t/[\w-]{32}/", address)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "everything that was uploaded is deleted" in said
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = invoke("serve", "--port", port, "--no-browser", code=3).stderr
    assert str(port) in said
    assert len(said.splitlines()) == 1


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("riskbook.web")]:
        monkeypatch.delitem(sys.modules, name)
    import riskbook

    monkeypatch.delattr(riskbook, "web", raising=False)
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    assert "riskbook[web]" in invoke("serve", "--no-browser", code=3).stderr


def test_a_workbook_whose_name_is_as_long_as_names_may_be_has_its_page() -> None:
    with served() as web:
        assert web.upload(("名" * 300 + ".xlsx", CLINIC.read_bytes())).status_code == 303
        web.ready()
        assert web.get(f"ja/book/{web.only()}").status_code == 200
        assert web.get(f"ja/book/{web.only()}/result").status_code == 200
        assert web.get(f"ja/book/{web.only()}/profile").status_code == 404  # nothing was answered
