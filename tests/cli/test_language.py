"""What riskbook says on the screen is in one language: the help of every command and option, and what click says."""

from __future__ import annotations

import ast
import errno
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from riskbook.cli import main
from riskbook.cli.wording import columns_of, wrapped
from riskbook.text import LANGUAGES, error_message
from riskbook.text.catalogue import DATA, DOMAIN, LOCALE
from riskbook.text.compile import click_words, parsed
from tests.support.commands import invoke

COMMANDS = ["main", *main.commands]
# What stays as it is in a Japanese help: what is typed, and names of things.
TYPED = re.compile(
    r"-{1,2}[\w-]+|[A-Z][A-Za-z-]*\.(xlsx|bak)|\b[A-Z][A-Z.]+\b|riskbook[\w.]*|OpenSSH|Ed25519|SHA-256|Parquet|Excel|Dask|Ctrl-C"
)
JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")


def _help(command: str, lang: str) -> str:
    return invoke(*([] if command == "main" else [command]), "--help", "--lang", lang, code=0).stdout


def _without_examples(shown: str) -> str:
    """A help without its command lines, and with paragraphs and entries on one line each."""
    lines = [line for line in shown.splitlines() if not line.startswith("    riskbook ")]
    return "\n".join(lines)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_in_one_language(command: str) -> None:
    japanese = TYPED.sub(" ", _without_examples(_help(command, "ja")))
    assert not re.search(r"[A-Za-z]{2,} +[A-Za-z]{2,} +[A-Za-z]{2,}", japanese)
    assert japanese.startswith("使い方:")
    english = _without_examples(_help(command, "en")).replace("対策計画", "").replace("対策の順序", "")
    assert not JAPANESE.search(english)
    assert english.startswith("Usage:")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_a_help_and_every_command_its_exit_codes(command: str, lang: str) -> None:
    shown = _help(command, lang)
    options = (main if command == "main" else main.commands[command]).params
    for option in options:
        if isinstance(option, click.Option):
            said = option.help or ""
            assert bool(JAPANESE.search(said)) == (lang == "ja"), option.name
            assert said[:8] in shown
    assert re.search({"ja": "終了コード: 0", "en": "Exit codes: 0"}[lang], shown)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_into_80_columns(command: str, lang: str) -> None:
    for line in _help(command, lang).splitlines():
        assert columns_of(line) <= 80, line


def test_every_text_of_the_help_is_one_of_a_command_or_an_option() -> None:
    names = {"options", "command", "example", "codes", "help"}
    known = {f"help.any.{name}" for name in names}
    for name, command in {"main": main, **main.commands}.items():
        known |= {f"help.{name}", f"help.{name}.codes"}
        known |= {f"help.{place}.{param.name}" for param in command.params for place in (name, "any")}
    assert not {key for key in parsed(DATA)["labels"] if key.startswith("help.")} - known


def test_the_language_is_that_of_lang_else_of_riskbook_lang_else_of_the_locale() -> None:
    def first(*words: str, **env: str) -> str:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("LC_ALL", "LC_MESSAGES", "RISKBOOK_LANG"):
                patch.delenv(name, raising=False)
            for name, value in env.items():
                patch.setenv(name, value)
            return invoke(*words, locale="en_US.UTF-8").output[:3]

    assert first("--help") == first("new") == "Usa"
    assert first("--help", LC_ALL="ja_JP.UTF-8") == first("new", LC_MESSAGES="ja_JP.UTF-8") == "使い方"
    assert first("--help", RISKBOOK_LANG="ja", LC_ALL="en_US.UTF-8") == "使い方"
    assert (
        first("--lang", "ja", "new") == first("new", "--lang=ja") == first("new", "--help", "--lang", "ja") == "使い方"
    )
    assert first("--lang", "en", "new", RISKBOOK_LANG="ja") == "Usa"
    assert first("--help", RISKBOOK_LANG="fr") == "Usa"


def test_the_language_before_the_command_is_that_of_the_messages(tmp_path: Path) -> None:
    assert "does not exist" in invoke("--lang", "en", "check", tmp_path / "x.xlsx", code=3).output
    assert "ファイルがありません" in invoke("check", tmp_path / "x.xlsx", code=3).output


WRONG = [
    ([], "コマンド"),
    (["asess"], "'asess' というコマンドはありません。 もしかして: 'answers', 'assess'"),
    (["assess"], "指定が足りません: 'WORKBOOK...'"),
    (["audit", "-o", "x"], "オプションが足りません: '--month'"),
    (["assess", "x", "--forse"], "'--forse' というオプションはありません。 もしかして: '--force'"),
    (["assess", "x", "-o"], "オプション '-o' には値が1つ必要です。"),
    (["assess", "x", "--force=1"], "オプション '--force' に値は指定できません。"),
    (["history", "--continue", "a"], "オプション '--continue' には値が2つ必要です。"),
    (["new", "a", "b"], "余分な指定があります（b）"),
    (
        ["assess", "x", "--lang", "fr"],
        "'--lang' の指定が正しくありません: 'fr' は指定できません。指定できるのは 'ja', 'en' です。",
    ),
    (["assess", "x", "--jobs", "0"], "0 は範囲 x>=1 の外です。"),
    (["assess", "x", "--jobs", "a"], "'a' は数値ではありません。"),
    (["assess", "x", "--today", "今日"], "'今日' は日付として読み取れません。2026-12-24 のように"),
    (["restore", "x", "--from", "今日"], "'今日' は日付として読み取れません。2026-12-24 のように"),
    (["verify", "どこか"], "'DIR' の指定が正しくありません: 'どこか' がありません。"),
    (["due", "--within", "3x"], "3x は期間ではありません。"),
    (["assess", "x", "-o", "y", "--in-place"], "-o と --in-place は、どちらか一方だけを指定してください。"),
    (["assess", "x", "--map", "="], "--map =：見出し=項目 の形で"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_usage_is_told_in_japanese(words: list[str], said: str) -> None:
    shown = invoke(*words, code=2).output
    assert said in shown
    assert not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", TYPED.sub("", shown))
    english = invoke(*words, code=2, locale="en_US.UTF-8").output
    assert not JAPANESE.search(english.replace("今日", "").replace("どこか", "").replace("資産名称", ""))


def test_every_option_that_a_sentence_names_is_one_of_a_command() -> None:
    options = {name for command in main.commands.values() for param in command.params for name in param.opts}
    texts = parsed(DATA)
    said = [text for kind in ("labels", "errors", "findings") for both in texts[kind].values() for text in both]
    named = {name for text in said for name in re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)}
    assert named - options == {"--help"}


def test_advice_names_only_options_that_the_command_has() -> None:
    """Errors about what is read and written come from every command that reads or writes so."""

    def having(option: str) -> set[str]:
        return {name for name, command in main.commands.items() if any(option in one.opts for one in command.params)}

    reading = {
        "add",
        "answers",
        "assess",
        "check",
        "diff",
        "due",
        "export",
        "new",
        "plan",
        "profile",
        "report",
        "serve",
        "watch",
    }
    assert having("--password") == reading  # `encrypted`
    assert having("--map") == reading - {"add"}  # `no-ledger`
    assert having("--drop-signature") == {"add", "answers", "assess", "serve", "watch"}  # `signed`
    assert having("--force") >= {"add", "answers", "assess", "check", "export", "new", "watch"}  # `exists`
    assert having("--traceback") == set(main.commands)  # `bug`


# --- what the system says ---

_ERRNOS = (
    "EPERM ENOENT EIO EACCES EBUSY EEXIST EXDEV ENOTDIR EISDIR EINVAL EMFILE ENOSPC EROFS ENAMETOOLONG ELOOP EILSEQ"
)


@pytest.mark.skipif(os.name != "posix", reason="the sentences of POSIX")
@pytest.mark.parametrize("name", _ERRNOS.split())
def test_what_the_system_says_is_told_in_japanese(name: str) -> None:
    about = {
        "path": "台帳.xlsx",
        "detail": str(OSError(getattr(errno, name), os.strerror(getattr(errno, name)), "台帳.xlsx")),
    }
    assert not re.search("[A-Za-z]{3}", error_message("not-written", "ja", about).replace("xlsx", ""))
    assert os.strerror(getattr(errno, name)) in error_message("not-written", "en", about)


def test_a_name_that_is_too_long_is_no_bug(tmp_path: Path) -> None:
    shown = invoke("new", tmp_path / f"{'あ' * 200}.xlsx", code=3).output
    assert "ファイル名が長すぎます" in shown
    assert "不具合" not in shown


# --- click's words ---

_FOR_DEVELOPERS = re.compile(
    "DeprecationWarning|declar|defined twice|same flag|Choice\\(|colour|standard stream|editor|Windows error"
)
_NEVER = {
    "deprecated",
    "Do you want to continue?",
    "Confirm the action without prompting.",
    "Show this message and exit.",
    "Show the version and exit.",
    "Press any key to continue...",
    "{value!r} is not a valid UUID.",
    "Invalid start character for option ({option})",
}


def _sentences() -> Iterator[tuple[str, ...]]:
    """Every sentence that click asks gettext for."""
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
                texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                if texts:
                    yield tuple(str(one) for one in texts)


def test_every_sentence_of_click_is_there_in_japanese() -> None:
    known = tomllib.loads((DATA / "click.toml").read_text(encoding="utf-8"))
    for one, *more in _sentences():
        if not _FOR_DEVELOPERS.search(one) and one not in _NEVER:
            assert known.get(one, {}).get("many", one) == (more or [one])[0], one


def test_the_words_of_click_are_compiled() -> None:
    compiled = LOCALE / "ja" / "LC_MESSAGES" / f"{DOMAIN}.mo"
    assert compiled.read_bytes() == click_words(DATA), "run make docs"


# --- lines ---


def test_japanese_is_broken_by_columns_and_not_within_endings_or_before_a_full_stop() -> None:
    assert list(wrapped("資産と台帳。脅威", 10)) == ["資産と", "台帳。脅威"]
    assert list(wrapped("資産「台帳」名", 6)) == ["資産", "「台帳」", "名"]
    assert list(wrapped("結果を表示します。", 12)) == ["結果を", "表示します。"]
    assert list(wrapped("別のファイルを", 12)) == ["別の", "ファイルを"]
    assert list(wrapped("-o か --in-place です", 10)) == ["-o か", "--in-place", "です"]
    assert list(wrapped("one two  three", 7)) == ["one two", "three"]
    assert list(wrapped("", 7)) == []
