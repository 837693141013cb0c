"""The commands as people use them: what they print, what they write, how they exit."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from riskbook.cli import main
from tests.support.commands import invoke
from tests.support.days import TODAY
from tests.support.places import HARBOUR, KITAHAMA, ROOT, SAMPLES


@pytest.fixture
def client(tmp_path: Path) -> Path:
    return Path(shutil.copy(KITAHAMA, tmp_path / "client.xlsx"))


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name != ".riskbook"}


@pytest.mark.slow
def test_assess_writes_beside_the_input(client: Path) -> None:
    before = client.read_bytes()
    result = invoke("assess", client, "--today", TODAY)
    assert result.exit_code == 0, result.output
    assert _files(client.parent) == {"client.xlsx", "client-assessed.xlsx"}
    assert client.read_bytes() == before
    assert "資産45件" in result.output
    assert "情報資産管理台帳!N29" in result.output


@pytest.mark.slow
def test_existing_output_needs_force(client: Path) -> None:
    invoke("assess", client, "--today", TODAY)
    output = client.with_name("client-assessed.xlsx")
    output.write_bytes(b"mine")
    refused = invoke("assess", client, "--today", TODAY)
    assert refused.exit_code == 3
    assert "--force" in refused.output
    assert output.read_bytes() == b"mine"
    assert invoke("assess", client, "--today", TODAY, "--force").exit_code == 0
    assert zipfile.is_zipfile(output)


@pytest.mark.slow
def test_output_is_a_file_for_one_and_a_folder_for_several(client: Path, tmp_path: Path) -> None:
    assert invoke("assess", client, "-o", tmp_path / "deep" / "one.xlsx").exit_code == 0
    assert (tmp_path / "deep" / "one.xlsx").exists()
    other = Path(shutil.copy(HARBOUR, tmp_path / "harbour-design.xlsx"))
    assert invoke("assess", client, other, "-o", tmp_path / "many").exit_code == 0
    assert _files(tmp_path / "many") == {"client.xlsx", "harbour-design.xlsx"}
    twin = tmp_path / "twin" / "client.xlsx"
    twin.parent.mkdir()
    shutil.copy(client, twin)
    assert invoke("assess", client, twin, "-o", tmp_path / "clash").exit_code == 2
    assert invoke("assess", client, other, "-o", client).exit_code == 2


@pytest.mark.slow
def test_in_place_keeps_the_first_original(client: Path) -> None:
    original = client.read_bytes()
    assert invoke("assess", client, "--in-place", "--today", TODAY).exit_code == 0
    backup = client.with_name("client.xlsx.bak")
    assert backup.read_bytes() == original
    once = client.read_bytes()
    assert invoke("assess", client, "--in-place", "--today", "2026-12-01").exit_code == 0
    assert backup.read_bytes() == original
    assert client.read_bytes() != once
    assert _files(client.parent) == {"client.xlsx", "client.xlsx.bak"}
    assert invoke("assess", client, "--in-place", "-o", "x.xlsx").exit_code == 2


def test_output_onto_the_input_is_refused(client: Path) -> None:
    before = client.read_bytes()
    result = invoke("assess", client, "-o", client, "--force")
    assert result.exit_code == 3
    assert "--in-place" in result.output
    assert client.read_bytes() == before


@pytest.mark.slow
def test_json_is_one_object_of_the_schema(client: Path, tmp_path: Path) -> None:
    result = invoke(
        "assess", client, tmp_path / "none.xlsx", "--format", "json", "--today", TODAY, "-o", tmp_path / "out"
    )
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    assert document["schema"] == "riskbook.run/1"
    good, bad = document["workbooks"]
    assert (good["status"], good["error"], good["method"]) == ("ok", None, "ipa-3.1")
    assert good["output"] == str(tmp_path / "out" / "client.xlsx")
    assert good["assets"][0] == {
        "sheet": "情報資産管理台帳",
        "row": 5,
        "business": "営業",
        "name": "顧客台帳",
        "medium": "社外サーバー",
        "importance": 3,
        "threat": 3,
        "vulnerability": 2,
        "likelihood": 2,
        "risk": 6,
        "level": "large",
        "treatment": "reduce",
        "decision": None,
        "residual": 3,
    }
    assert set(good["findings"][0]) == {"severity", "code", "sheet", "cell", "message"}
    assert sum(good["summary"].values()) == len(good["assets"])
    assert (bad["status"], bad["output"], bad["assets"]) == ("failed", None, [])
    assert "ファイルがありません" in bad["error"]


def test_check_writes_nothing(client: Path) -> None:
    result = invoke("check", client, "--today", TODAY, "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["workbooks"][0]["output"] is None
    assert _files(client.parent) == {"client.xlsx"}


@pytest.mark.slow
def test_errors_in_cells_exit_1_and_still_write(client: Path) -> None:
    book = openpyxl.load_workbook(client)
    book["情報資産管理台帳"]["J5"] = 7
    book["情報資産管理台帳"]["F6"] = "金庫"
    book.save(client)
    result = invoke("assess", client, "--today", TODAY, "--lang", "en")
    assert result.exit_code == 1
    assert "情報資産管理台帳!J5" in result.output
    assert "cannot be read as 3, 2 or 1" in result.output
    assert "金庫" in result.output
    assert client.with_name("client-assessed.xlsx").exists()


@pytest.mark.slow
def test_strict_leaves_the_unknown_unassessed(client: Path) -> None:
    book = openpyxl.load_workbook(client)
    book["情報資産管理台帳"]["F8"] = "金庫"
    book.save(client)
    plain = json.loads(invoke("check", client, "--format", "json").stdout)["workbooks"][0]["assets"][3]
    assert (plain["medium"], plain["threat"], plain["risk"]) == (None, 3, 6)
    strict = json.loads(invoke("check", client, "--format", "json", "--strict").stdout)["workbooks"][0]
    asset = strict["assets"][3]
    assert (asset["threat"], asset["risk"], asset["level"], asset["treatment"]) == (None, None, "unassessed", None)
    assert {f["cell"] for f in strict["findings"] if f["code"] == "value-assumed"} == {"P8", "Q8"}


@pytest.mark.slow
def test_lang_sets_sheets_and_messages(client: Path, tmp_path: Path) -> None:
    invoke("assess", client, "--lang", "en", "-o", tmp_path / "en.xlsx")
    names = openpyxl.load_workbook(tmp_path / "en.xlsx").sheetnames
    own = ["Risk register", "Treatment plan", "Measure plan", "Roadmap", "Input check"]
    assert (names[0], [name for name in names if name in own]) == ("Summary", own)


@pytest.mark.slow
def test_edition_4_is_named_and_computes_alike(client: Path) -> None:
    old, new = (
        json.loads(invoke("check", client, "--method", name, "--format", "json").stdout)["workbooks"][0]
        for name in ("ipa-3.1", "ipa-4.0")
    )
    assert (old["method"], new["method"]) == ("ipa-3.1", "ipa-4.0")
    assert old["assets"] == new["assets"]


@pytest.mark.slow
def test_a_method_of_ones_own_counts(client: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('extends = "ipa-3.1"\nname = "mine"\n[likelihood.3]\n2 = 3\n', encoding="utf-8")
    book = json.loads(invoke("check", client, "--method", mine, "--format", "json").stdout)["workbooks"][0]
    assert book["method"] == "mine"
    assert book["assets"][0]["risk"] == 9  # importance 3, threat 3, vulnerability 2


def test_a_bad_method_is_refused_with_key_value_and_choice(client: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('extends = "ipa-3.1"\n[likelihood.3]\n2 = "high"\n', encoding="utf-8")
    result = invoke("assess", client, "--method", mine)
    assert result.exit_code == 2
    assert all(part in result.output for part in ("likelihood.3.2", "'high'", "1 … 10"))
    assert invoke("assess", client, "--method", "ipa-9").exit_code == 2
    assert _files(client.parent) == {"client.xlsx", "mine.toml"}


def test_every_command_and_option_is_documented() -> None:
    guides = [(ROOT / "docs" / lang / "reference/commands.md").read_text(encoding="utf-8") for lang in ("ja", "en")]
    for name, command in main.commands.items():
        for guide in guides:
            assert f"riskbook {name}" in guide
            for parameter in command.params:
                for option in parameter.opts:
                    if option.startswith("-"):
                        assert re.search(rf"`{option}`", guide), f"{name} {option}"


@pytest.mark.slow
def test_example_in_each_docstring_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_DATA_HOME", "APPDATA"):  # where `setup` writes
        monkeypatch.setenv(name, str(tmp_path / "home"))
    shutil.copytree(SAMPLES, tmp_path / "samples")
    invoke(
        "assess",
        *sorted((tmp_path / "samples").iterdir()),
        "-o",
        "demo",
        "--store",
        "demo/history.db",
        "--today",
        TODAY,
    )
    for name, command in main.commands.items():
        examples = re.findall(r"Example: riskbook (.*)", inspect.getdoc(command.callback) or "")
        assert examples, f"{name} has no example"
        if name in ("serve", "watch"):  # they run until Ctrl-C: see tests/web and test_watch.py
            continue
        for example in examples:
            result = invoke(*example.split())
            assert result.exit_code in (0, 1), (example, result.output)


@pytest.mark.slow
def test_help_loads_neither_pandas_nor_openpyxl() -> None:
    program = (
        "import sys\nfrom riskbook.cli import main\n"
        "try:\n    main(['assess', '--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pandas', 'openpyxl', 'xlsxwriter', 'lxml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_python_m_riskbook_works() -> None:
    done = subprocess.run([sys.executable, "-m", "riskbook", "--version"], capture_output=True, text=True, check=True)
    assert "riskbook" in done.stdout


def test_the_history_of_what_is_nowhere_is_an_error(tmp_path: Path) -> None:
    for options in ((), ("--format", "json")):
        result = invoke("history", tmp_path / "nothere.xlsx", *options, code=3)
        assert "nothere.xlsx" in result.output
