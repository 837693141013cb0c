"""The pages of the guide that are made from the program itself: commands, findings, methods, keys of a profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from itertools import groupby
from pathlib import Path

import click
import msgspec

from riskbook import exports, handbook
from riskbook.audit.tables import method_rows
from riskbook.cli import main
from riskbook.cli.language import click_speaks
from riskbook.cli.wording import put_into_words
from riskbook.method import Method, available_methods, load_method
from riskbook.method.schema import Effort
from riskbook.model import CIA_FIELDS
from riskbook.opc import Limits
from riskbook.report import FIELDS, Field
from riskbook.settings import Project
from riskbook.sheets import explain
from riskbook.sheets.audit.meaning import meaning
from riskbook.text import LANGUAGES, SEVERITIES, joined, label
from riskbook.text.catalogue import DATA
from riskbook.text.compile import parsed
from tests.support.places import ROOT

DOCS = ROOT / "docs"
_MADE = "<!-- made by `make docs` -->"
_BASIS = "ipa-3.1"  # of the other methods only what differs from it is listed
_FIELDS = re.compile(r"(<!-- fields: .*? -->\n).*?(<!-- end of fields -->)", re.DOTALL)


def generated() -> Iterator[tuple[Path, str]]:
    """Each page that is made, and its text."""
    for place, lang in enumerate(LANGUAGES):
        folder = DOCS / lang / "reference"
        yield folder / "findings.md", _findings(place)
        yield folder / "methods.md", _methods(lang)
        yield folder / "profile.md", _profile(folder / "profile.md", lang)
        yield folder / "commands.md", _commands(lang)
        yield folder / "report-fields.md", _report_fields(lang)
        yield folder / "exports.md", _exports(lang)


def _page(title: str, parts: Iterator[str]) -> str:
    return "\n\n".join((f"# {title}", _MADE, *parts)) + "\n"


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# --- commands ---


def _commands(lang: str) -> str:
    title, intro, heads = {
        "ja": ("コマンドとオプション", "どのコマンドも `--help` で同じ説明を表示します。", ("オプション", "意味")),
        "en": ("Commands and options", "`--help` of each command says the same.", ("option", "meaning")),
    }[lang]

    def parts() -> Iterator[str]:
        yield intro
        put_into_words(main, lang)
        with click_speaks(lang):
            for name, command in [("", main), *sorted(main.commands.items())]:
                yield from _command(name, command, lang, heads)

    return _page(title, parts())


def _command(name: str, command: click.Command, lang: str, heads: tuple[str, ...]) -> Iterator[str]:
    context = click.Context(command, info_name=f"riskbook {name}".strip())
    yield f"## `riskbook {name}`" if name else "## `riskbook`"
    usage = context.get_usage().partition(": ")[2]
    yield f"```text\n{' '.join(usage.split())}\n```"
    own, *examples = (command.help or "").split("\n\n\b\n")
    yield own.replace("'clients/**/*.xlsx'", "`'clients/**/*.xlsx'`")
    options = (param for param in command.params if isinstance(param, click.Option))
    records = [record for option in options if (record := option.get_help_record(context))]
    yield _table(heads, ((_option(names), said) for names, said in records))
    for example in examples:
        if name:
            yield "\n".join(("```sh", *(line.strip() for line in example.splitlines()[1:]), "```"))
    if command.epilog:
        yield command.epilog
    if name and (pages := handbook.naming(f"riskbook {name}", lang)):
        yield "→ " + joined((f"[{page.title}](../{page.name}.md)" for page in pages), lang, parts=True)


def _option(names: str) -> str:
    """The names of an option as code, and behind them what it takes."""
    *first, last = names.split(", ")
    name, _, takes = last.partition(" ")
    return " ".join((", ".join(f"`{one}`" for one in (*first, name)), takes)).strip()


# --- exports ---


def _exports(lang: str) -> str:
    title, intro, heads = {
        "ja": (
            "書き出す列",
            f"`riskbook export` が書き出す表の列です（`{exports.SCHEMA}`）。値のない項目は空（JSON では null）です。",
            ("列", "型", "意味"),
        ),
        "en": (
            "Columns of the exports",
            f"The tables that `riskbook export` writes (`{exports.SCHEMA}`). A field without a value is empty; in JSON it "
            "is null.",
            ("column", "type", "meaning"),
        ),
    }[lang]

    def parts() -> Iterator[str]:
        yield intro
        for resource in exports.data_package({"client": "", "day": ""}, "csv", lang)["resources"]:
            yield f"## {resource['name']}"
            yield f"{resource['description']}{'。' if lang == 'ja' else '.'}"
            fields = resource["schema"]["fields"]
            yield _table(heads, ((f"`{one['name']}`", one["type"], one["description"]) for one in fields))

    return _page(title, parts())


# --- findings ---


def _findings(place: int) -> str:
    title, intro = (
        (
            "指摘の一覧",
            "エラー：その行の結果は信頼できません。注意：人の確認が必要です。情報：読み替えた内容です。\n"
            "重大度は、場合によって変わります。たとえば `cia-missing` は、使える値がある間は注意です。",
        ),
        (
            "Findings",
            "error: the result of the row cannot be trusted · warning: please check · info: a value that was normalised.\n"
            "A case can be less or more severe than its code: `cia-missing` is a warning as long as some value can be used.",
        ),
    )[place]
    catalogue = parsed(DATA)
    severities = catalogue["severities"]

    def parts() -> Iterator[str]:
        yield intro
        in_order = sorted(severities, key=lambda code: (SEVERITIES.index(severities[code]), code))
        for severity, codes in groupby(in_order, key=severities.__getitem__):
            yield f"## {label(f'severity.{severity}', LANGUAGES[place])}"
            for code in codes:
                yield f"### `{code}`"
                for key, texts in catalogue["findings"].items():
                    if key.partition(".")[0] == code:
                        said, fix = (_readable(texts[at]) for at in (place, place + 2))
                        yield f"- {said}<br>→ {fix}"

    return _page(title, parts())


def _readable(text: str) -> str:
    """A text without its format specifications, plurals in the plural; nothing in it is Markdown."""
    text = re.sub(r"\{\w+:\|[^{}|]*\|([^{}|]*)\}", r"\1", text)
    text = re.sub(r"\{(\w+):[^{}]*\|([^{}|]*)\}", r"{\1} \2", text)
    text = re.sub(r"\{(\w+):[^{}]*\}", r"{\1}", text)
    return text.replace("<", "&lt;").replace("*", "\\*").replace("\n", " ")


# --- methods ---


def _methods(lang: str) -> str:
    title, intro, heads, differing = {
        "ja": (
            "評価方法ごとの値",
            "付属の評価方法の尺度、計算式、区分と、規則のすべての値です。`riskbook methods NAME` は、評価方法を文章で説明します。",
            ("キー", "意味"),
            f"`{_BASIS}` と異なる値：",
        ),
        "en": (
            "The methods in figures",
            "Scales, formulas, levels and every value of the rules of the methods that come with riskbook. "
            "`riskbook methods NAME` explains one in sentences.",
            ("key", "meaning"),
            f"Values that differ from `{_BASIS}`:",
        ),
    }[lang]

    def parts() -> Iterator[str]:
        yield intro
        basis = _values(load_method(_BASIS), lang)
        for name in available_methods():
            method = load_method(name)
            values = _values(method, lang)
            yield f"## {name}"
            yield method.title[lang]
            if method.explained is not None:
                yield method.explained[lang]
            yield "\n".join(f"- {line.strip()}" for line in explain.summary(method, lang))
            shown = {key: said for key, said in values.items() if name == _BASIS or basis.get(key) != said}
            if shown and name != _BASIS:
                yield differing
            if shown:
                yield _table(heads, ((f"`{key}`", said) for key, said in shown.items()))

    return _page(title, parts())


def _values(method: Method, lang: str) -> dict[str, str]:
    """Each value that determines figures by its key, as a sentence."""
    rows = method_rows(msgspec.json.decode(method.content), "", 0)
    return {row["key"]: meaning(row["key"], str(row["value"]), method, lang) for row in rows}


# --- the fields of a report ---


def _report_fields(lang: str) -> str:
    title, intro, heads, entry = {
        "ja": (
            "報告書のテンプレートの項目",
            "`riskbook report --template` のテンプレートに書ける項目です。文と数は `{{ client }}` のように書きます。一覧の項目は、"
            "`{%tr for x in risks %}` と `{%tr endfor %}` の行の間に `{{ x.name }}` のように書きます。"
            "作り方：[報告書を Word で作る](../howto/report.md)。",
            ("項目", "種類", "内容"),
            "`{name}` の1件ごとの項目",
        ),
        "en": (
            "Fields of a report’s template",
            "What a template of `riskbook report --template` may show. Texts and numbers are written like `{{ client }}`; the fields of "
            "a list like `{{ x.name }}`, between the rows `{%tr for x in risks %}` and `{%tr endfor %}`. "
            "How to make one: [Write a report in Word](../howto/report.md).",
            ("field", "type", "what it says"),
            "Each entry of `{name}`",
        ),
    }[lang]

    def rows(listed: Iterable[Field], front: str = "") -> Iterator[tuple[str, ...]]:
        for one in listed:
            yield (
                f"`{front}{one.name}`",
                label(f"document.kind.{one.kind}", lang),
                one.meaning(lang).replace("{%", "`{%").replace("%}", "%}`"),
            )

    def parts() -> Iterator[str]:
        yield intro
        yield _table(heads, rows(FIELDS.values()))
        for one in FIELDS.values():
            if one.fields:
                yield f"## {entry.format(name=one.name)}"
                yield _table(heads, rows(one.fields, "x."))

    return _page(title, parts())


# --- the profile ---

# Table of riskbook.toml → its keys, and what it says in Japanese and English.
_TABLES: dict[str, tuple[Callable[[], tuple[str, ...]], str, str]] = {
    "method": (lambda: (), "評価方法の名前、またはファイル", "the name of a method, or its file"),
    "columns": (lambda: ("…",), "見出し = 項目", "header = field"),
    "scale": (lambda: _scales(), "記入 = 評価方法の値、または `reverse = true`", "what is typed = grade, or `reverse = true`"),
    "values": (lambda: ("medium", "personal", "answer"), "記入 = 意味", "what is typed = what it means"),
    "media": (lambda: ("…",), "媒体 = 表記のリスト", "medium = list of spellings"),
    "sheets": (lambda: ("…",), "シート = `ledger`・`threats`・`checks`・`none`", "sheet = `ledger`, `threats`, `checks` or `none`"),
    "rows": (lambda: ("no_asset",), "資産ではない行の文言のリスト", "texts of rows that are no assets"),
    "limits": (lambda: tuple(one.name for one in fields(Limits)), "読み込むファイルの上限", "the largest file that is read"),
    "client": (lambda: ("id", "name"), "履歴での名前と、表示する名前", "name in the history, and name shown to people"),
    "backups": (lambda: ("keep",), "残す控えの数", "number of dated backups"),
    "effort": (lambda: tuple(one.name for one in msgspec.structs.fields(Effort)), "対策の手間の目安", "what measures take"),
    "output": (lambda: ("with", "sheets"), "書くシート", "the sheets that are written"),
}  # fmt: skip


def _scales() -> tuple[str, ...]:
    return ("evaluation", *CIA_FIELDS, "importance", "threat", "vulnerability", "likelihood")


def _profile(path: Path, lang: str) -> str:
    """The page as it is, with the part that is made anew."""
    keys = _keys(lang)
    return _FIELDS.sub(lambda found: f"{found[1]}\n{keys}\n{found[2]}", path.read_text(encoding="utf-8"))


def _keys(lang: str) -> str:
    """Every table and key of a profile, and every field that a column may be."""
    assert set(_TABLES) == {one.name for one in fields(Project)}
    tables_title, fields_title, heads, columns = {
        "ja": ("すべての表", "columns に書ける項目", ("表", "キー", "内容"), ("項目", "自動で読む見出し")),
        "en": ("All tables", "Fields for columns", ("table", "keys", "what it says"), ("field", "headers known")),
    }[lang]
    at = LANGUAGES.index(lang) + 1
    rows = (
        (f"`{name}`" if name == "method" else f"`[{name}]`", _code(entry[0](), lang), entry[at])
        for name, entry in _TABLES.items()
    )
    headers = load_method().headers
    shown = (
        (f"`{field}`", joined(words, lang, parts=True))
        for kind in headers.values()
        for field, words in kind.fields.items()
    )
    return f"## {tables_title}\n\n{_table(heads, rows)}\n\n## {fields_title}\n\n{_table(columns, shown)}\n"


def _code(names: tuple[str, ...], lang: str) -> str:
    return joined((f"`{name}`" for name in names), lang, parts=True)
