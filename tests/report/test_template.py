"""Templates of one's own: what is wrong in them is named, and what people typed comes out as text, whatever it is."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from hypothesis import given, settings, strategies
from jinja2.exceptions import SecurityError

import riskbook
from riskbook.errors import OutputError, PackageError, TemplateError
from riskbook.opc import Container, Limits
from riskbook.report import FIELDS, every_field, given_template, open_template, unshown
from riskbook.report.check import Part, check
from riskbook.report.collect import cleaned, collect
from riskbook.report.content import Report
from riskbook.report.fields import FLAG, NUMBER, PICTURE, RECORDS, TEXT, TEXTS
from riskbook.report.template import _environment
from riskbook.text import LANGUAGES, error_message, label
from riskbook.text.catalogue import DATA
from riskbook.text.compile import parsed
from tests.support.days import TODAY
from tests.support.examples import examples
from tests.support.places import KITAHAMA, ROOT
from tests.support.reports import paragraphs_of, tables_of, template_lines, typed_template
from tests.tools.make_report_templates import template


@cache
def _report() -> Report:
    return collect(riskbook.assess(KITAHAMA, today=TODAY), "ja")


def _wrong(*lines: str, **parts: str) -> list[dict[str, Any]]:
    with pytest.raises(TemplateError) as caught:
        open_template(typed_template(lines, **parts), "own.docx")
    assert caught.value.key == "template-wrong"
    return list(caught.value.params["problems"])


def _rendered(*lines: str, report: Report | None = None, **parts: str) -> bytes:
    opened = open_template(typed_template(lines, **parts), "own.docx")
    return opened.rendered(report or _report(), "T", date(2026, 11, 21))


# --- the fields ---


def test_every_field_says_what_it_means_and_no_text_is_left_over() -> None:
    known = {f"report.field.{field.path}" for field in every_field()}
    assert {key for key in parsed(DATA)["labels"] if key.startswith("report.field.")} == known
    assert {field.kind for field in every_field()} == {TEXT, NUMBER, FLAG, PICTURE, TEXTS, RECORDS}


@pytest.mark.slow
def test_a_template_of_every_field_is_filled_in() -> None:
    lines = []
    for field in FIELDS.values():
        if field.kind == RECORDS:
            lines.append("{%p for x in " + field.name + " %}")
            for part in field.fields:
                shown = f"x.{part.name}|join" if part.kind == TEXTS else f"x.{part.name}"
                lines.append(f"{part.path}: {{{{ {shown} }}}}")
            lines.append("{%p endfor %}")
        else:
            shown = f"{field.name}|join(', ')" if field.kind == TEXTS else field.name
            lines.append(f"{field.path}: {{{{ {shown} }}}}")
    said = paragraphs_of(_rendered(*lines))
    assert not [line for line in said if "{" in line]
    report = _report()
    for field in FIELDS.values():
        if field.kind in (TEXT, NUMBER):
            first = str(getattr(report, field.name)).split("\n")[0]
            assert any(line.startswith(f"{field.name}: {first}") for line in said), field.path


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_riskbooks_own_template_is_as_its_program_makes_it_and_shows_everything(lang: str) -> None:
    made, kept = Container(template(lang)), Container(given_template(lang))
    assert made.names == kept.names
    assert not [name for name in made.names if made.read(name) != kept.read(name)], "run make_report_templates"
    opened = open_template(given_template(lang), "own.docx")
    assert unshown(set(opened.used)) == []
    # All fields but those that say the same as another one in another way.
    assert set(FIELDS) - opened.used == {"undecided"}


# --- what is wrong ---


def test_every_unknown_field_is_named_with_its_place_and_what_is_near() -> None:
    problems = _wrong(
        "for {{ cliant }}",
        "{{ assets + unasessed }} {{ zzz }}",
        "| {%tr for risk in risks %} |",
        "| {{ risk.nmae }} at {{ risk.risk }} {{ risk.client }} |",
        "| {%tr endfor %} |",
        "{{ risk.name }}",
        header="{{ dya }}",
        footer="{{ loop.index }}",
    )
    found = [(one["place"], one["field"], one.get("near", ())[:1]) for one in problems]
    assert found == [
        ("body", "cliant", ("client",)),
        ("body", "unasessed", ("unassessed",)),
        ("body", "zzz", ()),
        ("table", "risk.nmae", ("name",)),
        ("table", "risk.client", ()),
        ("body", "risk", ()),  # its loop is elsewhere
        ("header", "dya", ("day",)),
        ("footer", "loop", ()),
    ]
    assert problems[0]["text"] == "for {{ cliant }}"
    assert problems[3]["text"] == "{{ risk.nmae }} at {{ risk.risk }} {{ risk.client }}"


def test_what_belongs_to_an_entry_of_a_list_is_said_to() -> None:
    (problem,) = _wrong("{{ risks.name }}")
    assert error_message("template-wrong", "en", {"path": "own.docx", "problems": (problem,)}).splitlines()[1] == (
        "  - text: “risks.name” belongs to each entry of a list ({{ risks.name }}). "
        "Write {{ x.name }} in a row between {%tr for x in risks %} and {%tr endfor %}"
    )


@pytest.mark.parametrize(
    ("lines", "text", "said"),
    [
        (["{{ client }", "x"], "{{ client }", ""),
        (["{% for x in risks %}", "{{ x.name }}"], "", "閉じられていない"),
        (["{%tr for x in risks %}"], "{%tr for x in risks %}", "この指示はありません"),
        (["{{ client|nosuch }}"], "{{ client|nosuch }}", "このフィルターはありません"),
        (["{{ client|safe }}"], "{{ client|safe }}", "このフィルターはありません"),
        (["{% if client %}a{% endfor %}"], "{% if client %}a{% endfor %}", ""),
        (["{{ client ! }}"], "{{ client ! }}", "使えない文字： '!'"),
        (["{{ risks[0.name }}"], "{{ risks[0.name }}", "余分な記号：'}'、必要な記号：']'"),
        (["{{ client + }} {{ }}"], "{{ client + }} {{ }}", "余分な記号：'}}'"),
        (["{{ }}"], "{{ }}", "式が必要です"),
        (["{# a"], "{# a", "注釈の終わり（#}）がありません"),
        (["{% if client %}"], "{% if client %}", "必要な指示： 'elif' か 'else' か 'endif'"),
    ],
)
def test_what_is_not_written_correctly_is_shown(lines: list[str], text: str, said: str) -> None:
    (problem,) = _wrong(*lines)
    assert problem["kind"] == "syntax"
    assert text in problem["text"]
    assert said in error_message("template-wrong", "ja", {"path": "own.docx", "problems": (problem,)})


@pytest.mark.slow
def test_names_that_the_template_sets_and_ways_to_write_a_field_are_understood() -> None:
    assert paragraphs_of(
        _rendered(
            "{% set who = client %}{{ who }}",
            "{{ risks[0].name }}={{ risks[0]['name'] }}={{ (risks|first).name }}",
            "{% for x in risks[:2] %}{{ loop.index }}.{{ x.rank }} {% endfor %}",
            "{{ risks|length > 3 and 'many' or 'few' }} {{ 'a' if assets else 'b' }}",
            "{% for x in risks|sort(attribute='name') if x.risk > 3 %}{% if loop.first %}{{ x.name|upper|trim }}{% endif %}{% endfor %}",
            "{{ formulas|join('／') }}",
        )
    )[:4] == [
        "北浜精機株式会社",
        "=".join([_report().risks[0].name] * 3),
        "1.1 2.2 ",
        "many a",
    ]


@pytest.mark.parametrize(
    "expression", ["''.__class__", "client.__class__.__mro__", "risks.__len__()", "self", "().__class__"]
)
def test_nothing_of_python_can_be_reached(expression: str) -> None:
    assert _wrong("{{ " + expression + " }}")


@pytest.mark.parametrize(
    "expression", ["''.__class__.__mro__", "client.__class__.__name__", "client.format.__globals__"]
)
def test_the_environment_itself_refuses_it_as_well(expression: str) -> None:
    with pytest.raises(SecurityError):
        _environment().from_string("{{ " + expression + " }}").render(client="x")


def test_loops_that_cross_a_table_end_in_one_line() -> None:
    opened = open_template(typed_template(["{% for x in risks %}", "| a {% endfor %} | b |"]), "own.docx")
    with pytest.raises(TemplateError) as caught:
        opened.rendered(_report(), "T", TODAY)
    assert caught.value.key == "template-fails"


def test_an_expression_that_fails_ends_in_one_line() -> None:
    opened = open_template(typed_template(["{{ 1 // (assets - assets) }}"]), "own.docx")
    with pytest.raises(TemplateError, match="template-expression"):
        opened.rendered(_report(), "T", TODAY)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\5\6" + bytes(18), b"PK\3\4 broken"])
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(OutputError) as caught:
        open_template(content, "own.docx")
    assert (caught.value.key, caught.value.params) == ("not-docx", {"path": "own.docx"})


def test_a_workbook_is_no_template_and_a_large_package_is_not_opened() -> None:
    with pytest.raises(OutputError, match="not-docx"):
        open_template(KITAHAMA.read_bytes(), "own.docx")
    with pytest.raises(PackageError, match="too-large"):
        open_template(given_template("ja"), "own.docx", Limits(total_bytes=1000))


def test_a_document_with_parts_that_are_no_xml_is_refused() -> None:
    package = Container(given_template("ja"))
    for name in ("word/document.xml", "word/styles.xml"):
        with pytest.raises(OutputError, match="not-docx"):
            open_template(package.written({name: b"<w:document"}, {}), "own.docx")


def test_a_template_of_word_is_taken() -> None:
    package = Container(typed_template(["{{ client }}"]))
    types = package.read("[Content_Types].xml").replace(b"document.main+xml", b"template.main+xml")
    opened = open_template(package.written({"[Content_Types].xml": types}, {}), "own.dotx")
    assert paragraphs_of(opened.rendered(_report(), "T", TODAY)) == ["北浜精機株式会社"]


def test_a_field_that_word_has_split_into_runs_is_one() -> None:
    book = docx.Document()
    paragraph = book.add_paragraph()
    for number, text in enumerate(("for {", "{ cli", "ent }", "}, ", "{{ nobo", "dy }}")):
        paragraph.add_run(text).bold = bool(number % 2)
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(TemplateError) as caught:
        open_template(buffer.getvalue(), "own.docx")
    assert [one["field"] for one in caught.value.params["problems"]] == ["nobody"]


# --- what people typed ---

TYPED = [
    "{{ 7 * 7 }}",
    "{% raw %}",
    "<w:p>&amp;</w:p>",
    "a & b < c > d",
    "'\"",
    "{_{ x }_}",
    "{%tr for x in y %}",
    "€ 🙂 髙",
]


@pytest.mark.parametrize("typed", TYPED)
def test_what_looks_like_markup_comes_out_as_text(typed: str) -> None:
    first = replace(_report().risks[0], name=typed)
    content = _rendered(
        "| {%tr for x in risks %} |", "| {{ x.name }} |", "| {%tr endfor %} |", "{{ client }}",
        report=replace(_report(), client=typed, risks=(first,)), header="{{ client }}", footer="{{ client|default('') }}",
    )  # fmt: skip
    assert tables_of(content) == [[[typed]]]
    assert paragraphs_of(content) == [typed] * 3


@pytest.mark.slow
@given(strategies.text(max_size=60))
@settings(max_examples=examples(100), deadline=None)
def test_any_text_opens_in_word_and_is_there(typed: str) -> None:
    shown = cleaned(typed)
    content = _rendered("[{{ client }}]", report=replace(_report(), client=shown))
    assert "".join(one.text for one in docx.Document(io.BytesIO(content)).paragraphs) == f"[{shown}]"


def test_lines_stay_lines_and_what_xml_forbids_is_left_out() -> None:
    shown = cleaned("a\r\nb\x00\x1b\ud800c\ufffe")
    assert shown == "a\nbc"
    assert paragraphs_of(_rendered("{{ client }}", report=replace(_report(), client=shown))) == ["a\nbc"]


def _with_notes(kind: str, text: str) -> bytes:
    """A document with a part of notes (kind: "footnote" | "endnote")."""
    package = Container(typed_template(["{{ day }}"]))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    notes = f'<w:{kind}s xmlns:w="{space}"><w:{kind} w:id="1"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}></w:{kind}s>'
    related = "word/_rels/document.xml.rels"
    relation = (
        f'<Relationship Id="rIdN" Target="{kind}s.xml" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s"/></Relationships>'
    )
    override = (
        f'<Override PartName="/word/{kind}s.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'wordprocessingml.{kind}s+xml"/></Types>'
    )
    types = "[Content_Types].xml"
    changed = {
        related: package.read(related).replace(b"</Relationships>", relation.encode()),
        types: package.read(types).replace(b"</Types>", override.encode()),
    }
    return package.written(changed, {f"word/{kind}s.xml": notes.encode()})


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_are_checked_and_filled_in_once(kind: str) -> None:
    with pytest.raises(TemplateError) as caught:
        open_template(_with_notes(kind, "{{ client }} {{ nobody }}"), "own.docx")
    assert [(one["place"], one["field"]) for one in caught.value.params["problems"]] == [(f"{kind}s", "nobody")]
    opened = open_template(_with_notes(kind, "[{{ client }}]"), "own.docx")
    assert opened.used == {"client", "day"}
    typed = "{{ 7 * 7 }} & <b>"
    content = opened.rendered(replace(_report(), client=typed), "T", TODAY)
    xml = parse_xml(Container(content).read(f"word/{kind}s.xml"))
    assert "".join(one.text for one in xml.iter(qn("w:t"))) == f"[{typed}]"
    assert paragraphs_of(content) == [_report().day]


def test_problems_of_notes_have_their_place() -> None:
    part = Part("footnotes", "{{ client }} {{ nobody }}")
    problems, used = check([part], _environment())
    assert ([one["place"] for one in problems], used) == (["footnotes"], {"client"})


# --- what would go unnoticed ---


def _said(*lines: str, lang: str = "ja") -> list[str]:
    """What is said of a template with these lines, a line for each problem."""
    said = error_message("template-wrong", lang, {"path": "own.docx", "problems": tuple(_wrong(*lines))})
    return [line.removeprefix("  - ") for line in said.splitlines()[1:]]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["| {%tr for x in risks %}{{ x.name }} | b |", "| {%tr endfor %} | |"],
            ["表：{%tr for x in risks %} はそれだけの行に置いてください（{%tr for x in risks %}{{ x.name }}b）"],
        ),
        (
            ["| {%tr for x in risks %} | |", "| {{ x.name }} | {%tr endfor %} |"],
            ["表：{%tr endfor %} はそれだけの行に置いてください（{{ x.name }}{%tr endfor %}）"],
        ),
        (
            ["| {%tr for x in risks %} | {%tr endfor %} |"],
            ["表：{%tr for x in risks %} はそれだけの行に置いてください（{%tr for x in risks %}{%tr endfor %}）"],
        ),
        (
            ["{%p for x in risks %}{{ x.name }}{%p endfor %}"],
            [
                "本文：{%p for x in risks %} はそれだけの段落に置いてください"
                "（{%p for x in risks %}{{ x.name }}{%p endfor %}）"
            ],
        ),
        (
            ["| a{%tc if client %} | b |"],
            ["表：{%tc if client %} はそれだけのセルに置いてください（a{%tc if client %}）"],
        ),
    ],
)
def test_what_steers_stands_alone(lines: list[str], said: list[str]) -> None:
    assert _said(*lines) == said


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("a ｛｛ client ｝｝ b", "｛｛ client ｝｝"),
        ("｛｛ 何か ｝｝", "｛｛ 何か ｝｝"),
        ("{ client }", "{ client }"),
        ("{ { client } }", "{ { client } }"),
        ("｛ client ｝", "｛ client ｝"),
        ("｛% for x in risks %｝", "｛% for x in risks %｝"),
        ("{ % if client % }", "{ % if client % }"),
        ("{{ client ｝｝", "{{ client ｝｝"),
    ],
)
def test_braces_that_would_stand_in_the_report_are_named(line: str, found: str) -> None:
    (problem,) = _wrong(line)
    assert (problem["kind"], problem["found"], problem["text"]) == ("braces", found, line)


def test_braces_of_ordinary_text_are_left_alone() -> None:
    lines = ["集合 {a, b} と ｛注｝、{nobody}", "{{ {'a': client}['a'] }}"]
    assert paragraphs_of(_rendered(*lines)) == [lines[0], _report().client]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{{ risks }}", "本文：「risks」は一覧のため、そのままでは表示できません（{{ risks }}）。for で繰り返し、1件ごとの項目を書いてください"),
        ("{{ risks|join }}", "本文：「risks」は一覧のため、そのままでは表示できません（{{ risks|join }}）。for で繰り返し、1件ごとの項目を書いてください"),
        ("{% for x in risks %}{{ x }}{% endfor %}", "本文：「x」は一覧の1件のため、そのままでは表示できません（{% for x in risks %}{{ x }}{% endfor %}）。x の後に .項目 と書いてください"),
        ("{{ formulas }}", "本文：「formulas」は文の一覧です（{{ formulas }}）。{{ formulas|join('、') }} と書いてください"),
        ("{% for x in client %}{% endfor %}", "本文：「client」は一覧ではないため、for で繰り返せません（{% for x in client %}）"),
        ("{% for x in assets %}{% endfor %}", "本文：「assets」は一覧ではないため、for で繰り返せません（{% for x in assets %}）"),
        ("{% for x in risks %}{% for y in x.name %}{% endfor %}{% endfor %}", "本文：「risks.name」は一覧ではないため、for で繰り返せません（{% for y in x.name %}）"),
        ("{{ x.name }}", "本文：「x」は {%tr for x in 一覧 %} と {%tr endfor %} の間だけで使えます（{{ x.name }}）"),
    ],
)  # fmt: skip
def test_what_would_print_as_python_or_letter_by_letter_is_refused(line: str, said: str) -> None:
    assert _said(line) == [said]


def test_lists_are_shown_by_their_fields_and_flags_as_yes_and_no() -> None:
    lines = [
        "{{ risks|join(', ', attribute='rank') }}",
        "{{ risks|map(attribute='rank')|join(' ') }}",
        "{% for x in risks[:1] %}{{ x.decided }} {{ assets > 0 }}{% endfor %}",
    ]
    first = replace(_report().risks[0], decided=False)
    report = replace(_report(), risks=(first, *_report().risks[1:3]))
    opened = open_template(typed_template(lines), "own.docx")
    assert paragraphs_of(opened.rendered(report, "T", TODAY, "ja")) == ["1, 2, 3", "1 2 3", "いいえ はい"]
    assert paragraphs_of(opened.rendered(report, "T", TODAY, "en"))[2] == "no yes"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{{ 1 / (assets - assets) }}", "own.docx に項目を入れられません。計算できない式があります（0で割っています）。"),
        ("{{ client + assets }}", "own.docx に項目を入れられません。計算できない式があります（文と数など、組み合わせて計算できない値があります）。"),
    ],
)  # fmt: skip
def test_an_expression_that_fails_is_not_blamed_on_loops(line: str, said: str) -> None:
    opened = open_template(typed_template([line]), "own.docx")
    with pytest.raises(TemplateError) as caught:
        opened.rendered(_report(), "T", TODAY)
    assert error_message(caught.value.key, "ja", caught.value.params) == said


# --- the document ---


@pytest.mark.slow
def test_the_same_report_gives_the_same_bytes_and_its_properties_are_said() -> None:
    content, again = (_rendered("{{ client }} {{ heat_map }}") for _ in range(2))
    assert content == again
    properties = docx.Document(io.BytesIO(content)).core_properties
    assert (properties.title, properties.last_modified_by, str(properties.created)[:10]) == (
        "T",
        "riskbook",
        "2026-11-21",
    )


def test_properties_of_a_template_are_filled_in_without_escapes() -> None:
    book = docx.Document()
    book.core_properties.title, book.core_properties.author = "{{ client }}", "Tanaka & Co"
    buffer = io.BytesIO()
    book.save(buffer)
    opened = open_template(buffer.getvalue(), "own.docx")
    content = opened.rendered(replace(_report(), client="A & B <C>"), "T", TODAY)
    properties = docx.Document(io.BytesIO(content)).core_properties
    assert (properties.title, properties.author) == ("A & B <C>", "Tanaka & Co")


@pytest.mark.slow
def test_pictures_say_what_they_show() -> None:
    book = docx.Document(io.BytesIO(_rendered("{{ heat_map }}", "{{ bars }}")))
    said = [shape._inline.docPr.get("descr") for shape in book.inline_shapes]
    assert said == [_report().heat_map.words, _report().bars.words]
    assert said[0].startswith("重要度 × 被害発生可能性（件数）: ")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_shows_the_error_as_it_is(lang: str) -> None:
    page = (ROOT / "docs" / lang / "howto" / "report.md").read_text(encoding="utf-8")
    lines = [
        line.replace("{{ client }}", "{{ cliant }}").replace("{{ x.name }}", "{{ x.nmae }}")
        for line in template_lines(page)
    ]
    with pytest.raises(TemplateError) as caught:
        open_template(typed_template(lines), "mine.docx")
    assert error_message(caught.value.key, lang, caught.value.params) in page


def test_what_is_not_shown_is_known() -> None:
    opened = open_template(typed_template(["{{ client }} {{ unassessed }}", "{% if risks %}x{% endif %}"]), "own.docx")
    assert unshown(set(opened.used)) == ["situation", "plan", "roadmap", "accepted", "method", "findings"]
    assert all(label(f"document.section.{name}", "en") for name in unshown(set()))
