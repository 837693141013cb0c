"""Every sentence of the guide about the monthly package, its redaction, its verification, and limits, has a test.

The table below names them: the beginning of the sentence in docs/en/howto/audit.md or verify.md, and the tests that hold it.
A sentence that only asks the reader to do something has none. The Japanese pages say the same; their table of what is found is
compared, too.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from riskbook.audit import Redaction, verify
from riskbook.audit.manifest import opened, sealed
from riskbook.audit.package import made_with
from riskbook.audit.redact import COLUMNS
from riskbook.opc import Container, Limits
from riskbook.records import Histories, find_histories, history_beside
from tests.support.commands import invoke
from tests.support.forms import PAPER, PC, QUESTIONS, THREATS, USB, Asset, Form, write_form
from tests.support.keys import made_key
from tests.support.packages import MONTHS, decide, forge, replaced, reseal, table, verified
from tests.support.places import ROOT
from tests.support.workbooks import edit

# Beginning of a sentence → the tests that hold it, as FILE::TEST without "test_", in this folder unless a path is given.
PROMISES = {
    # --- riskbook audit ---
    "Writes `DIR/audit-YYYY-MM/` from": "export::the_register_is_what_was_known_at_the_end_of_the_month",
    "`audit-YYYY-MM.xlsx`: cover with": "export::the_cover_shows_the_hash_before_and_an_empty_box "
    "export::changes_plans_accepted_risks_and_findings_of_the_month export::trend_clients_runs_and_methods "
    "csv_words::every_value_of_the_shipped_methods_has_a_sentence",
    "the same tables as `.csv` (UTF-8": "export::csv_parquet_and_workbook_hold_the_same_tables "
    "promises::without_the_extra_for_parquet_that_is_said",
    "The CSV files of a Japanese package have the headers": "csv_words::the_csv_files_show_what_the_workbook_shows",
    "In English packages, with `--csv codes`": "csv_words::codes_english_and_parquet_stay_as_they_are",
    "`manifest.json`:": "export::the_manifest_lists_every_file_and_input_with_its_hash",
    "SHA-256 of every input and file": "export::the_manifest_lists_every_file_and_input_with_its_hash",
    "A run belongs to the day of its": "promises::a_run_belongs_to_its_day_and_shows_when_it_was_recorded",
    "A client that was not assessed in": "export::trend_clients_runs_and_methods",
    "For a client's first month": "promises::the_changes_of_a_first_month_are_those_since_the_first_run",
    "Clients are named by their path": "export::trend_clients_runs_and_methods",
    "A history that is not as it was": "forged::a_run_deleted_from_the_history_is_no_forgetting",
    "The package depends on neither": "export::a_second_export_gives_the_same_bytes_from_anywhere "
    "export::the_package_does_not_speak_the_language_of_the_machine",
    "A package that would differ is": "export::what_would_differ_is_not_touched_without_force",
    "Export the months in order": "export::an_earlier_month_after_a_later_one_would_break_the_chain",
    "Do not open and save the workbook": "",
    "The command prints the SHA-256": "verify::sound_packages_are_sound_with_and_without_the_history",
    "Print the cover, copy the value": "",
    "Every manifest contains the hash": "export::the_manifest_lists_every_file_and_input_with_its_hash "
    "promises::one_value_proves_all_months_before",
    "The month.": "export::months_with_nothing_on_record_and_places_without_history",
    "Folder for the packages of all": "export::the_manifest_lists_every_file_and_input_with_its_hash",
    "Columns to blank, for example": "redact::redacted_columns_are_blank_everywhere_and_that_is_said "
    "redact::a_redacted_value_of_long_ago_is_hidden_too_however_it_is_spaced "
    "redact::redacted_values_are_nowhere_also_where_others_quote_them "
    "redact::a_redacted_name_is_nowhere_in_fifteen_spellings promises::whatever_a_finding_quotes_is_hidden",
    "Known: asset_id": "promises::both_guides_list_the_columns_that_can_be_redacted",
    "The manifest and the cover say what": "redact::redacted_columns_are_blank_everywhere_and_that_is_said",
    "Pseudonyms (keyed hashes) instead": "redact::pseudonyms_are_the_same_every_month_and_differ_by_key",
    "A secret of at least 16 bytes": "redact::what_cannot_be_redacted_is_said "
    "promises::a_secret_of_sixteen_bytes_is_long_enough_and_one_of_fifteen_is_not",
    "The CSV files of a Japanese package: headers": "csv_words::codes_english_and_parquet_stay_as_they_are",
    "The manifest and the cover say which": "csv_words::codes_english_and_parquet_stay_as_they_are",
    "Sign the manifest": "signature::a_signed_package_names_its_signer",
    "A passphrase goes into": "signature::keys_that_cannot_be_used_are_said",
    "`ssh-keygen -Y verify": "signature::openssh_checks_the_signature_too",
    "Replace a package that differs": "export::what_would_differ_is_not_touched_without_force",
    "Language of the package": "promises::the_language_is_that_of_the_month_before_and_findings_stay_as_worded",
    "Default: that of the package there": "promises::the_language_is_that_of_the_month_before_and_findings_stay_as_worded",
    "JSON is one object of schema `riskbook.audit-run/1`": "promises::json_names_its_schema",
    # --- riskbook verify ---
    "Checks one package and all earlier": "promises::one_package_is_checked_with_those_before_it_and_none_after "
    "promises::what_the_guide_says_is_found_is_found",
    "With `--store` every package is": "tampered::a_value_forged_in_every_copy_is_named_with_its_column",
    "Differences are reported, with cell": "verify::a_changed_cell_is_named verify::a_row_taken_out_or_added_is_named "
    "verify::a_changed_cell_of_the_workbook_is_named",
    "The exit code is then 1": "verify::a_missing_manifest_and_a_folder_that_is_none",
    "A package that was made by other": "promises::a_package_of_any_other_program_is_compared_by_value_and_that_is_said",
    "So is what was forgotten since": "verify::what_was_forgotten_or_added_since_is_a_note "
    "tampered::packages_with_pseudonyms_are_made_anew_with_the_key",
    "Your own files and folders beside": "verify::peoples_own_files_beside_the_packages_are_no_alarm",
    "A folder among them that holds": "verify::a_folder_that_holds_what_a_package_holds_is_named "
    "verify::a_folder_with_nearly_the_name_of_a_month_is_named",
    "The value recorded on paper": "promises::sixteen_digits_of_the_value_are_enough_and_spaces_do_not_matter",
    "For another month:": "verify::sound_packages_are_sound_with_and_without_the_history",
    "Make every package anew from": "promises::what_the_guide_says_is_found_is_found "
    "promises::each_part_of_a_history_that_was_edited_is_named",
    "Runs deleted or added since then": "verify::what_was_forgotten_or_added_since_is_a_note",
    "A history that cannot be read": "tampered::a_sick_history_is_named_and_the_others_are_compared",
    "The secret file of packages": "tampered::packages_with_pseudonyms_are_made_anew_with_the_key",
    "Who may sign, in the format": "promises::every_package_must_be_signed_by_one_of_those_who_may",
    "Language of what is printed": "verify::peoples_own_files_beside_the_packages_are_no_alarm",
    "JSON is one object of schema `riskbook.verify/1`": "promises::json_names_its_schema",
    # --- limits ---
    "[limits]": "promises::every_limit_refuses_a_workbook_before_it_is_read ../test_hostile::limits_can_be_set_in_the_project_file",
}


def _page(name: str, lang: str) -> str:
    """A page without its examples."""
    text = (ROOT / "docs" / lang / "howto" / f"{name}.md").read_text(encoding="utf-8")
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)


def _sentences(page: str) -> Iterator[str]:
    """The sentences of a page, those of the options from their tables; without the table of what is found."""
    blocks: list[list[str]] = [[]]
    for line in page.splitlines():
        if line.startswith("| `"):
            blocks.append([re.split(r"(?<!\\)\|", line)[2]])
        elif line.count(" | ") >= 3 or line.startswith(("|", "---", "#")):
            continue
        elif not line.strip() or line.startswith("- "):
            blocks.append([line.removeprefix("- ")])
        else:
            blocks[-1].append(line)
    for block in blocks:
        text = " ".join(" ".join(block).split())
        yield from filter(None, re.split(r"(?<=[.;:])\s+(?=[A-Z`*])", text))


def test_every_sentence_of_the_guide_is_in_the_table_and_every_test_is_there() -> None:
    found = [sentence for name in ("audit", "verify") for sentence in _sentences(_page(name, "en"))]
    unknown = [s for s in found if not any(s.startswith(begin) for begin in PROMISES) and not s.startswith("`2026")]
    assert not unknown
    for begin, tests in PROMISES.items():
        assert begin == "[limits]" or any(sentence.startswith(begin) for sentence in found), begin
        for test in tests.split():
            file, _, name = test.partition("::")
            folder, _, module = file.rpartition("/")
            path = Path(__file__).parent / folder / f"{module if folder else f'test_{module}'}.py"
            assert f"def test_{name}(" in path.read_text(encoding="utf-8"), test


# --- the table of what is found ---


@pytest.fixture(scope="module")
def place(clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two signed months (out), their history (clients), the key, who may sign, and the value on paper."""
    place = tmp_path_factory.mktemp("promises")
    (place / "signers").write_text(f"yamada {made_key(place / 'key')}\n", encoding="utf-8")
    shutil.copytree(clients, place / "clients")
    for month in MONTHS[1:]:
        invoke("audit", place / "clients", "--month", month, "-o", place / "out", "--sign", place / "key", code=0)
    (place / "paper").write_text(_value(place))
    return place


def _value(place: Path) -> str:
    return hashlib.sha256((place / "out" / f"audit-{MONTHS[-1]}" / "manifest.json").read_bytes()).hexdigest()


def _package(place: Path, month: str = MONTHS[-1]) -> Path:
    return place / "out" / f"audit-{month}"


def _changed_file(place: Path) -> None:
    replaced(_package(place) / "register.csv", "給与データ", "休暇データ")


def _system_file(place: Path) -> None:
    (_package(place) / ".DS_Store").write_text("client,risk\n")


def _linked(place: Path) -> None:
    (_package(place) / "runs.csv").rename(place / "runs.csv")
    (_package(place) / "runs.csv").symlink_to(place / "runs.csv")


def _edited_manifest(place: Path) -> None:
    path = _package(place) / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"ipa-3.1", b"ipa-9.9"))


def _renamed_month(place: Path) -> None:
    _package(place).rename(place / "out" / "audit-2026-12")


def _spelled(place: Path) -> None:
    path = _package(place) / "register.csv"
    path.write_bytes(path.read_bytes().replace(b",3,", b",03,", 1))
    reseal(_package(place))


def _formatted(place: Path) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book.worksheets[2].row_dimensions[6].hidden = True

    edit(_package(place) / f"{_package(place).name}.xlsx", hide)
    reseal(_package(place))


def _newest(place: Path) -> None:
    assert forge(_package(place), "register", "name")


def _all_months(place: Path) -> None:
    assert forge(_package(place, MONTHS[1]), "register", "name")
    before = (_package(place, MONTHS[1]) / "manifest.json").read_bytes()
    reseal(_package(place), previous={"month": MONTHS[1], "sha256": hashlib.sha256(before).hexdigest()})
    assert forge(_package(place), "register", "name")  # and the cover, which shows the value of the month before


def _without_the_last(place: Path) -> None:
    shutil.rmtree(_package(place))


def _edited(*statements: str, restore: bool = True) -> Callable[[Path], None]:
    """Edits a history, and puts its guards back."""

    def change(place: Path) -> None:
        db = sqlite3.connect(history_beside(place / "clients" / "A" / "台帳.xlsx"))
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert db.execute(statement).rowcount
        for _, sql in guards if restore else ():
            db.execute(sql)
        db.commit()
        db.close()

    return change


def _both(place: Path, key: Path | None = None) -> None:
    """Another history and packages from it, with the signatures that were there."""
    signatures = {month: (_package(place, month) / "manifest.json.sig").read_bytes() for month in MONTHS[1:]}
    shutil.rmtree(place / "clients")
    shutil.rmtree(place / "out")
    path = place / "clients" / "A" / "台帳.xlsx"
    path.parent.mkdir(parents=True)
    write_form(Form({"台帳": [Asset("人事", "休暇データ", PC, (1, 1, 1), "総務部")]}, THREATS, QUESTIONS), path)
    for day in ("2026-10-10", "2026-11-10"):
        invoke("assess", path, "--in-place", "--redo", "--today", day)
    for month in MONTHS[1:]:
        options = () if key is None else ("--sign", key)
        invoke("audit", place / "clients", "--month", month, "-o", place / "out", *options, code=0)
        if key is None:
            (_package(place, month) / "manifest.json.sig").write_bytes(signatures[month])


def _everything(place: Path) -> None:
    _both(place, place / "key")
    (place / "paper").write_text(_value(place))


_ENTRY = _edited("UPDATE entries SET facts = replace(facts, '2026-10-10', '2026-10-11') WHERE seq = 2")
# Row of the table, by the beginning of its first cell → the ways to do that.
FAULTS: dict[str, tuple[Callable[[Path], None], ...]] = {
    "A file changed, added": (_changed_file, _linked, _system_file),
    "A manifest edited without": (_edited_manifest, _renamed_month),
    "One copy of a table or a CSV": (_spelled,),
    "The newest workbook with": (_formatted,),
    "All copies and hashes of the newest": (_newest,),
    "All copies and hashes of all": (_all_months,),
    "The last months removed": (_without_the_last,),
    "The history itself edited": (_ENTRY,),
    "History and packages both": (_both,),
    "Everything rewritten": (_everything,),
}


def _rows(lang: str) -> list[list[str]]:
    """The table of what is found: its rows without head, as cells."""
    lines = [line for line in _page("verify", lang).splitlines() if line.count(" | ") == 4]
    words = {"yes": "○", "no": "－", "as a note": "参考"}
    return [[words.get(cell.strip(), cell.strip()) for cell in line.split("|")] for line in lines[1:]]


def test_both_guides_say_the_same_about_what_is_found() -> None:
    assert [row[1:] for row in _rows("en")] == [row[1:] for row in _rows("ja")]
    assert [next(begin for begin in FAULTS if row[0].startswith(begin)) for row in _rows("en")] == list(FAULTS)


@pytest.mark.slow
@pytest.mark.parametrize("begin", FAULTS)
def test_what_the_guide_says_is_found_is_found(begin: str, place: Path, tmp_path: Path) -> None:
    row = next(row for row in _rows("en") if row[0].startswith(begin))
    for number, fault in enumerate(FAULTS[begin]):
        copy = Path(shutil.copytree(place, tmp_path / str(number), symlinks=True))
        fault(copy)
        options = (
            {},
            {"histories": Histories(find_histories(copy / "clients"))},
            {"expect": (copy / "paper").read_text()},
            {"signers": copy / "signers"},
        )
        for said, given in zip(row[1:], options, strict=True):
            result = verify(copy / "out", **given)  # type: ignore[arg-type]
            assert bool(result.problems) == (said == "○"), (fault.__name__, given, result.problems)
            if said == "参考":
                assert "later-months" in dict(result.notes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (_ENTRY, "history-entry"),
        (_edited("UPDATE entries SET hash = replace(hash, substr(hash, 1, 4), '0000') WHERE seq = 1"), "history-chain"),
        (_edited("UPDATE objects SET content = zeroblob(9)"), "history-object"),
        (_edited("ALTER TABLE objects ADD COLUMN more TEXT"), "history-guard"),
        (_edited(restore=False), "history-guard"),
    ],
)
def test_each_part_of_a_history_that_was_edited_is_named(
    change: Callable[[Path], None], kind: str, place: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(place, tmp_path / "copy"))
    change(copy)
    assert kind in {found for found, _ in verified(copy / "out", "--store", copy / "clients")}


# --- the package ---


@pytest.mark.slow
def test_without_the_extra_for_parquet_that_is_said(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = invoke("audit", place / "clients", "--month", MONTHS[1], "-o", tmp_path, code=0).stderr
    assert "riskbook[parquet]" in said
    assert not list(tmp_path.rglob("*.parquet"))
    assert verified(tmp_path, "--store", place / "clients", code=0) == []
    assert "riskbook[parquet]" in invoke("verify", place / "out", code=0).stdout


@pytest.mark.slow
def test_a_run_belongs_to_its_day_and_shows_when_it_was_recorded(made: Path) -> None:
    (run,) = table(made / "audit-2026-10", "runs")
    assert run["day"] == "2026-10-10"
    assert run["recorded_at"][:10] not in ("", run["day"])  # today
    book = openpyxl.load_workbook(made / "audit-2026-10" / "audit-2026-10.xlsx")
    heads, line = ([cell.value for cell in book["実行記録"][row]] for row in (4, 5))
    shown = dict(zip(heads, line, strict=True))
    assert shown["評価日"] == "2026-10-10"
    assert run["recorded_at"][11:19] in shown["記録日時"]


@pytest.mark.slow
def test_the_changes_of_a_first_month_are_those_since_the_first_run(tmp_path: Path) -> None:
    assets = [Asset("営業", "顧客台帳", USB, (3, 2, 2), "営業部")]
    path = write_form(Form({"台帳": assets}, THREATS, QUESTIONS), tmp_path / "a.xlsx")
    invoke("assess", path, "--in-place", "--today", "2026-10-01")
    decide(path, 5, 決定="保有", 承認者="佐藤")
    invoke("assess", path, "--in-place", "--today", "2026-10-20")
    invoke("audit", tmp_path, "--month", "2026-10", "-o", tmp_path / "o", code=0)
    assert [row["event"] for row in table(tmp_path / "o" / "audit-2026-10", "changes")] == ["decision-made"]


@pytest.mark.slow
def test_one_value_proves_all_months_before(made: Path, tmp_path: Path) -> None:
    """Who changes any month, with its hashes and those of the months after it, changes the last value."""
    kept = hashlib.sha256((made / f"audit-{MONTHS[-1]}" / "manifest.json").read_bytes()).hexdigest()
    for month in MONTHS:
        out = Path(shutil.copytree(made, tmp_path / month))
        reseal(out / f"audit-{month}", recorded_at="2026-01-01T00:00:00+00:00")
        for earlier, later in itertools.pairwise(MONTHS):
            before = (out / f"audit-{earlier}" / "manifest.json").read_bytes()
            reseal(out / f"audit-{later}", previous={"month": earlier, "sha256": hashlib.sha256(before).hexdigest()})
        assert "expect-none" in {kind for kind, _ in verified(out, "--expect", kept)}


@pytest.mark.slow
def test_the_language_is_that_of_the_month_before_and_findings_stay_as_worded(clients: Path, tmp_path: Path) -> None:
    def lang(month: str, *options: str) -> Any:
        invoke("audit", clients, "--month", month, "-o", tmp_path / "out", *options, code=0)
        return opened((tmp_path / "out" / f"audit-{month}" / "manifest.json").read_bytes())["lang"]

    assert lang(MONTHS[0], "--lang", "en") == "en"
    assert lang(MONTHS[0]) == lang(MONTHS[1]) == "en"
    assert lang(MONTHS[2], "--lang", "ja") == "ja"
    assert lang(MONTHS[2]) == "ja"
    assert any("媒体" in row["message"] for row in table(tmp_path / "out" / f"audit-{MONTHS[0]}", "findings"))


# --- redaction ---


def test_whatever_a_finding_quotes_is_hidden() -> None:
    row = {"message": "「総務部の鈴木」が分かりません。", "mend": "“Suzuki’s PC” is unknown; “x” too.", "note": "「x」"}
    Redaction(("users",)).rows("A", {"findings": [row]}, [])
    assert row == {"message": "「■」が分かりません。", "mend": "“■” too.", "note": "「x」"}


def test_both_guides_list_the_columns_that_can_be_redacted() -> None:
    for lang in ("ja", "en"):
        assert ", ".join(COLUMNS) in _page("audit", lang)


def test_a_secret_of_sixteen_bytes_is_long_enough_and_one_of_fifteen_is_not(clients: Path, tmp_path: Path) -> None:
    for length, code in ((15, 2), (16, 0)):
        (tmp_path / "key").write_bytes(b"k" * length)
        options = ("--redact", "client,title,file", "--redact-key", tmp_path / "key")
        invoke("audit", clients, "--month", MONTHS[1], "-o", tmp_path / "out", *options, code=code)


# --- verification ---


@pytest.mark.slow
def test_every_file_of_every_month_is_compared_with_its_manifest(made: Path, tmp_path: Path) -> None:
    out = Path(shutil.copytree(made, tmp_path / "out"))
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.name != "manifest.json")
    for path in files:
        path.write_bytes(path.read_bytes() + b"\n")
    named = {message.split()[0] for kind, message in verified(out) if kind == "file-changed"}
    assert named == {path.relative_to(out).as_posix() for path in files}


@pytest.mark.slow
def test_one_package_is_checked_with_those_before_it_and_none_after(out: Path) -> None:
    for month, code in ((MONTHS[2], 0), (MONTHS[0], 1)):
        (out / f"audit-{month}" / "extra.csv").write_text("x")
        assert [kind for kind, _ in verified(out / f"audit-{MONTHS[1]}", code=code)] == ["file-added"] * code


@pytest.mark.slow
@pytest.mark.parametrize("program", made_with(parquet=True))
def test_a_package_of_any_other_program_is_compared_by_value_and_that_is_said(
    program: str, place: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(place, tmp_path / "copy"))
    path = _package(copy, MONTHS[1]) / "manifest.json"
    shutil.rmtree(_package(copy))
    content = opened(path.read_bytes())
    path.write_bytes(sealed({**content, "made_with": {**content["made_with"], program: "0.1"}}))
    shown = invoke("verify", copy / "out", "--store", copy / "clients", "--lang", "en", code=0).stdout
    assert f"{program} 0.1" in shown
    reseal(_package(copy, MONTHS[1]), recorded_at="2026-01-01T00:00:00+00:00")
    assert "manifest.json" in dict(verified(copy / "out", "--store", copy / "clients"))["not-from-history"]
    assert forge(_package(copy, MONTHS[1]), "register", "name")
    messages = [message for _, message in verified(copy / "out", "--store", copy / "clients")]
    assert any("register.csv" in message for message in messages)


@pytest.mark.slow
def test_sixteen_digits_of_the_value_are_enough_and_spaces_do_not_matter(out: Path) -> None:
    value = hashlib.sha256((out / f"audit-{MONTHS[-1]}" / "manifest.json").read_bytes()).hexdigest()
    for given, code in ((value[:16], 0), (f" {value[:8]} {value[8:16]} ", 0), (value[:16].upper(), 0), (value[:15], 1)):
        invoke("verify", out, "--expect", given, code=code)
    invoke("verify", out, "--expect", f"{value[:15]}{'1' if value[15] == '0' else '0'}", code=1)


@pytest.mark.slow
def test_every_package_must_be_signed_by_one_of_those_who_may(clients: Path, tmp_path: Path) -> None:
    out, names = tmp_path / "out", ("yamada", "suzuki")
    lines = [f"{name} {made_key(tmp_path / name)}" for name in names]
    for month, name in zip(MONTHS, names, strict=False):
        invoke("audit", clients, "--month", month, "-o", out, "--sign", tmp_path / name, code=0)
    (tmp_path / "signers").write_text("\n".join(lines), encoding="utf-8")
    assert verified(out, "--signers", tmp_path / "signers", code=0) == []
    (tmp_path / "first").write_text(lines[0], encoding="utf-8")
    ((kind, message),) = verified(out, "--signers", tmp_path / "first")
    assert (kind, MONTHS[1] in message) == ("signature-wrong", True)
    invoke("audit", clients, "--month", MONTHS[2], "-o", out, code=0)
    assert [kind for kind, _ in verified(out, "--signers", tmp_path / "signers")] == ["signature-missing"]


@pytest.mark.slow
def test_json_names_its_schema(clients: Path, out: Path) -> None:
    for schema, *words in (
        ("riskbook.audit-run/1", "audit", clients, "--month", MONTHS[1], "-o", out),
        ("riskbook.verify/1", "verify", out),
    ):
        assert json.loads(invoke(*words, "--format", "json", code=0).stdout)["schema"] == schema


# --- limits ---


def test_every_limit_refuses_a_workbook_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form = Form({"台帳": [Asset("営業", "顧客台帳", PAPER, (3, 3, 3), "営業部")]}, THREATS, QUESTIONS)
    path = write_form(form, tmp_path / "a.xlsx")
    for lang in ("ja", "en"):  # the page of the profile shows every limit, with what it is where nothing is set
        page = (ROOT / "docs" / lang / "reference" / "profile.md").read_text(encoding="utf-8")
        shown = dict(re.findall(r"^(\w+) = (\d+)", page[page.index("\n[limits]") :].partition("```")[0], re.M))
        assert {name: int(value) for name, value in shown.items()} == vars(Limits())

    def opened_all_the_same(*_: object, **__: object) -> None:
        raise AssertionError("the workbook was opened")

    monkeypatch.setattr(openpyxl, "load_workbook", opened_all_the_same)
    for name, value, also in (
        ("members", 1, ""),
        ("total_bytes", 1, ""),
        ("member_bytes", 1, ""),
        ("ratio", 1, "ratio_from_bytes = 1"),
    ):
        (tmp_path / "riskbook.toml").write_text(f"[limits]\n{name} = {value}\n{also}\n", encoding="utf-8")
        invoke("check", path, code=3)
    assert Container(path.read_bytes(), Limits(ratio=1))  # no member is as large as ratio_from_bytes
