"""`riskbook report`: files, templates, PDF, and what is said where one of them is not there."""

from __future__ import annotations

import builtins
import json
import os
import shutil
from pathlib import Path
from typing import Any

import docx
import pytest

from riskbook.opc.encryption import encrypted
from riskbook.report import every_field, find_office, given_template
from tests.support.commands import invoke
from tests.support.days import ON_TODAY
from tests.support.forms import PC, Asset, Form, write_form
from tests.support.places import KITAHAMA
from tests.support.reports import all_text, typed_template


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Path(shutil.copy(KITAHAMA, tmp_path / "client.xlsx"))


def _own(folder: Path, *lines: str) -> Path:
    path = folder / "own.docx"
    path.write_bytes(typed_template(lines))
    return path


@pytest.mark.slow
def test_a_report_is_written_beside_the_workbook_which_stays_as_it_is(book: Path) -> None:
    before = book.read_bytes()
    said = invoke("report", book, *ON_TODAY, code=0)
    target = book.with_name("client-report.docx")
    lines = said.stdout.splitlines()
    assert lines[0].startswith(f"{book}：資産")
    assert lines[1:] == [f"  → {target}"]
    assert "北浜精機株式会社" in all_text(target.read_bytes())
    assert book.read_bytes() == before
    assert {path.name for path in book.parent.iterdir()} == {"client.xlsx", "client-report.docx"}


@pytest.mark.slow
def test_the_language_is_that_of_the_workbook_or_as_asked_for(book: Path, tmp_path: Path) -> None:
    for lang, word in ((None, "高いリスクと対応"), ("ja", "高いリスクと対応"), ("en", "The highest risks")):
        target = tmp_path / f"{lang}.docx"
        invoke(
            "report", book, "-o", target, *ON_TODAY, *(["--lang", lang] if lang else []), code=0, locale="en_US.UTF-8"
        )
        assert word in all_text(target.read_bytes())


@pytest.mark.slow
def test_the_report_of_a_result_has_its_name(book: Path) -> None:
    invoke("assess", book, *ON_TODAY, "--no-history", code=0)
    invoke("report", book.with_name("client-assessed.xlsx"), *ON_TODAY, code=0)
    assert book.with_name("client-report.docx").exists()


@pytest.mark.slow
def test_a_report_is_overwritten_only_with_force_and_kept(book: Path) -> None:
    target = book.with_name("client-report.docx")
    invoke("report", book, *ON_TODAY, code=0)
    edited = docx.Document(str(target))
    edited.add_paragraph("社長への一言")
    edited.save(str(target))
    mine = target.read_bytes()
    refused = invoke("report", book, *ON_TODAY, code=3)
    assert "すでにあります" in refused.output
    assert target.read_bytes() == mine
    said = invoke("report", book, *ON_TODAY, "--force", code=0)
    backup = target.with_name("client-report.docx.bak")
    assert backup.read_bytes() == mine
    assert str(backup) in said.stdout
    assert target.read_bytes() != mine


def test_a_folder_in_its_place_is_refused(book: Path) -> None:
    (book.parent / "y.docx").mkdir()
    assert "フォルダーです" in invoke("report", book, "-o", book.parent / "y.docx", *ON_TODAY, code=3).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "どれか1つ"),
        (["{book}", "--fields"], "どれか1つ"),
        (["--fields", "--give-template", "a.docx"], "どれか1つ"),
        (["{book}", "-o", "report.txt"], ".docx か .pdf"),
        (["--give-template", "own.pdf"], ".docx"),
        (["{folder}"], "1つ"),
        (["{book}", "-o", ""], "名前が空"),
        (["{book}", "{book}"], "余分"),
    ],
)
def test_wrong_usage(words: list[str], said: str, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book.parent)
    result = invoke("report", *(word.format(book=book, folder=book.parent) for word in words), code=2)
    assert said in result.output


def test_a_workbook_that_cannot_be_read(tmp_path: Path) -> None:
    result = invoke("report", tmp_path / "nothing.xlsx", code=3)
    assert "ファイルがありません" in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_findings_that_are_errors_end_with_1_and_the_report_is_written(tmp_path: Path) -> None:
    form = Form({"台帳": [Asset("人事", "評価表", PC, ("x", 1, 1))]}, [(PC, "脅威", 3)], [(1, "方針がある", 3)])
    book = write_form(form, tmp_path / "book.xlsx")
    invoke("report", book, "-o", tmp_path / "r.docx", *ON_TODAY, code=1)
    assert "評価できなかった資産" in all_text((tmp_path / "r.docx").read_bytes())


# --- templates ---


@pytest.mark.slow
def test_riskbooks_template_is_given_out_and_used(book: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    said = invoke("report", "--give-template", own, code=0)
    assert said.stdout == f"テンプレートを {own} に書き出しました\n"
    assert own.read_bytes() == given_template("ja")
    invoke("report", "--give-template", own, code=3)
    own.write_bytes(b"mine")
    invoke("report", "--give-template", own, "--force", "--lang", "en", code=0)
    assert own.read_bytes() == given_template("en")
    assert own.with_name("own.docx.bak").read_bytes() == b"mine"
    said = invoke("report", book, "--template", own, *ON_TODAY, code=0)
    assert "テンプレートにない部分" not in said.output
    assert "The highest risks" in all_text(book.with_name("client-report.docx").read_bytes())


@pytest.mark.slow
def test_what_a_template_leaves_out_is_said(book: Path, tmp_path: Path) -> None:
    own = _own(tmp_path, "{{ client }}", "{% for x in risks %}{{ x.name }}{% endfor %}", "{{ method }}")
    said = invoke("report", book, "--template", own, *ON_TODAY, code=0)
    assert said.stdout.splitlines()[-1] == (
        "  テンプレートにない部分：状況、未評価の資産、計画、対策の順序、受け入れているリスク、入力の指摘"
    )


@pytest.mark.parametrize(("lang", "near"), [("ja", "近い項目：client"), ("en", "Near to it: client")])
def test_a_wrong_template_is_wrong_usage_and_nothing_is_written(
    lang: str, near: str, book: Path, tmp_path: Path
) -> None:
    own = _own(tmp_path, "{{ cliant }}", "{{ nobody }}")
    result = invoke("report", book, "--template", own, *ON_TODAY, "--lang", lang, code=2)
    assert near in result.output
    assert "nobody" in result.output
    assert not book.with_name("client-report.docx").exists()


@pytest.mark.slow
def test_a_template_that_fails_while_it_is_filled_in(book: Path, tmp_path: Path) -> None:
    own = _own(tmp_path, "{{ 1 // (assets - assets) }}")
    assert "項目を入れられません" in invoke("report", book, "--template", own, *ON_TODAY, code=2).output
    assert not book.with_name("client-report.docx").exists()


def test_a_template_that_is_none(book: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    assert f"{own}：ファイルがありません" in invoke("report", book, "--template", own, *ON_TODAY, code=3).output
    own.write_bytes(b"no document")
    assert f"{own} は Word の文書" in invoke("report", book, "--template", own, *ON_TODAY, code=3).output


def test_the_fields_are_listed() -> None:
    said = invoke("report", "--fields", code=0).stdout
    assert "client  [文]  顧客の名前" in said
    assert "  .name  [文]  情報資産名称" in said
    assert len(said.splitlines()) == 1 + len(list(every_field()))
    found = json.loads(invoke("report", "--fields", "--format", "json", "--lang", "en", code=0).stdout)
    assert found["schema"] == "riskbook.report-fields/1"
    assert found["fields"][0] == {"name": "client", "type": "text", "meaning": "the client"}


def test_the_template_itself_is_not_written_over(book: Path, tmp_path: Path) -> None:
    own = _own(tmp_path, "{{ client }}")
    before = own.read_bytes()
    for target in (own, own.with_suffix(".pdf")):
        said = invoke("report", book, "--template", own, "-o", target, "--force", *ON_TODAY, code=2).output
        assert f"{own} はテンプレートです。" in said
    assert own.read_bytes() == before


def test_a_place_in_a_cloud_is_refused(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book.parent)
    for words in ([book, "-o", "s3://bucket/r.docx"], ["--give-template", "s3://bucket/own.docx"]):
        assert "このパソコンのファイルかフォルダー" in invoke("report", *words, code=2).output
    assert [path.name for path in book.parent.iterdir()] == ["client.xlsx"]


@pytest.mark.slow
def test_a_folder_and_an_encrypted_document_are_no_templates(book: Path, tmp_path: Path) -> None:
    said = invoke("report", book, "--template", tmp_path, *ON_TODAY, code=3).output
    assert (
        said
        == f"{tmp_path} はフォルダーです。テンプレートにする Word の文書（.docx または .dotx）を指定してください。\n"
    )
    own = tmp_path / "own.docx"
    own.write_bytes(encrypted(typed_template(["{{ client }}"]), "ひみつ"))
    assert (
        f"テンプレート {own} はパスワードで暗号化"
        in invoke("report", book, "--template", own, *ON_TODAY, code=3).output
    )


# --- programs ---


@pytest.mark.slow
def test_json_is_one_object(book: Path, tmp_path: Path) -> None:
    own = _own(tmp_path, "{{ client }}")
    result = invoke("report", book, "--template", own, *ON_TODAY, "--format", "json", code=0)
    found: dict[str, Any] = json.loads(result.stdout)
    target = str(book.with_name("client-report.docx"))
    assert found.pop("unshown")[0] == "situation"
    assert found == {
        "schema": "riskbook.report/1", "input": str(book), "status": "ok", "error": None, "method": "ipa-3.1",
        "written": [{"path": target, "backup": None}],
    }  # fmt: skip
    failed = json.loads(invoke("report", tmp_path / "no.xlsx", "--format", "json", code=3).stdout)
    assert (failed["status"], failed["written"]) == ("failed", [])
    assert failed["error"]


def test_the_extra_is_named_where_it_is_missing(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "riskbook" and rest and "report" in (rest[2] or ()):
            raise ModuleNotFoundError("No module named 'docxtpl'", name="docxtpl")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    for words in ([book], ["--fields"], ["--give-template", book.parent / "own.docx"]):
        assert "pip install 'riskbook[report]'" in invoke("report", *words, code=3).output


# --- PDF ---


@pytest.mark.slow
def test_without_libreoffice_the_document_is_written_and_it_is_said(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.platform", "linux")  # elsewhere it may lie in its usual place
    assert find_office() is None
    result = invoke("report", book, "-o", book.with_name("r.pdf"), *ON_TODAY, code=3)
    assert book.with_name("r.docx").exists()
    assert not book.with_name("r.pdf").exists()
    assert "LibreOffice が必要です" in result.stderr
    assert f"  → {book.with_name('r.docx')}" in result.stdout
    invoke("report", book, "-o", book.with_name("s.docx"), "--pdf", *ON_TODAY, code=3)
    assert book.with_name("s.docx").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="a program that is a script")
def test_a_libreoffice_that_fails_is_told_in_one_line(
    book: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'it is broken' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    for output, more in ((book.with_name("r.docx"), ["--pdf"]), (book.with_name("s.pdf"), [])):
        result = invoke("report", book, "-o", output, *more, *ON_TODAY, code=3)
        assert "it is broken" in result.stderr
        assert output.with_suffix(".docx").exists()
        assert not output.with_suffix(".pdf").exists()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("lowriter") is None, reason="LibreOffice's Writer is not installed")
def test_a_pdf_alone_and_one_beside_the_document(book: Path) -> None:
    invoke("report", book, "-o", book.with_name("r.pdf"), *ON_TODAY, code=0)
    assert book.with_name("r.pdf").read_bytes().startswith(b"%PDF")
    assert not book.with_name("r.docx").exists()
    invoke("report", book, "--pdf", *ON_TODAY, code=0)
    assert book.with_name("client-report.pdf").read_bytes().startswith(b"%PDF")
    assert book.with_name("client-report.docx").exists()
