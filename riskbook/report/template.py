"""A template in Word: opened within limits, checked, and filled in with a report."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from riskbook import errors, opc
from riskbook.report.check import Part, check
from riskbook.report.content import Picture, Report
from riskbook.report.fields import FIELDS
from riskbook.report.typed import mistakes
from riskbook.text import label

_MAIN = "word/document.xml"
_TYPES = "[Content_Types].xml"
_DOCUMENT, _TEMPLATE = (f"wordprocessingml.{kind}.main+xml".encode() for kind in ("document", "template"))
_NO_DOCUMENT = frozenset({"not-a-workbook", "empty-file", "legacy-xls", "damaged", "backslash-member"})
_PROPERTIES = ("title", "subject", "author", "keywords", "comments", "category")
_UNSAFE_FILTERS = ("safe", "tojson", "urlize", "xmlattr")  # they would let what people typed act as markup
# Where the source of a part gets a new line: before paragraphs and tables, and before what steers them.
_LINE = re.compile(r"(?=<w:(?:p|tbl)[ >])|(?<=</w:p>)(?=\{%)|(?<=</w:tr>)(?=\{%)|(?<=<w:body>)(?=\{%)|(?<=%\})(?=\{%)")
_BEHIND_COLOUR = {qn(f"w:{name}") for name in ("noWrap", "tcMar", "textDirection", "tcFitText", "vAlign", "hideMark")}
_NOTES = (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES)
_WRONG_KIND = "values that do not go together, such as a text and a number"
_MAKER = "riskbook"
_EMPTY_PACKAGE = b"PK\5\6" + bytes(18)


class _Docx(DocxTemplate):  # type: ignore[misc]
    """docxtpl, but for what would render a part twice or take broken markup as it is."""

    lang = "ja"  # of the report

    def parts(self) -> Iterator[Part]:
        """Every part with fields, as jinja gets it."""
        self.init_docx()
        yield self._part("body", self.get_xml())
        for place, kind in (("header", self.HEADER_URI), ("footer", self.FOOTER_URI)):
            for _, part in self.get_headers_footers(kind):
                yield self._part(place, self.get_part_xml(part))
        for part in self._footnotes():
            place = "endnotes" if part.partname.endswith("endnotes.xml") else "footnotes"
            yield self._part(place, part.blob.decode())
        properties = self.docx.core_properties
        yield Part("properties", "\n".join(getattr(properties, name) or "" for name in _PROPERTIES))

    def _part(self, place: str, xml: str) -> Part:
        return Part(place, _LINE.sub("\n", self.patch_xml(xml)), tuple(mistakes(xml, FIELDS)))

    def fix_tables(self, xml: str) -> Any:
        """The tree of the rendered body. Raises `SyntaxError` where loops across tables left it no XML."""
        parse_xml(xml)  # docxtpl itself repairs what is broken, by leaving out
        tree = super().fix_tables(xml)
        for properties in tree.iter(qn("w:tcPr")):
            # docxtpl puts the colour of a cell first; Word wants it behind width and borders.
            behind = [one for one in properties if one.tag in _BEHIND_COLOUR]
            properties.extend([*properties.findall(qn("w:shd")), *behind])
        return tree

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """The properties of the document are no markup, so nothing in them is escaped."""
        plain = _environment(autoescape=False, lang=self.lang)
        properties = self.docx.core_properties
        for name in _PROPERTIES:
            if "{" in (text := getattr(properties, name) or ""):
                setattr(properties, name, plain.from_string(text).render(context)[:255])

    def render_footnotes(self, context: Any, jinja_env: Any = None) -> None:
        """Footnotes and endnotes, once: docxtpl, which knows no endnotes,
        would do it once for each section, the second time with what people typed.
        """
        for part in self._footnotes():
            xml = self.render_xml_part(self.patch_xml(part.blob.decode()), part, context, jinja_env)
            part._blob = xml.encode()

    def _footnotes(self) -> Iterator[Any]:
        for relation in self.docx.part.rels.values():
            if relation.reltype in _NOTES and not relation.is_external:
                yield relation.target_part


class _Drawing:
    """A picture as it stands in a text: the place at which it is rendered decides to which part it belongs."""

    def __init__(self, document: _Docx, picture: Picture) -> None:
        self._document, self._picture = document, picture

    def __html__(self) -> str:
        image = io.BytesIO(self._picture.png)
        part = self._document.current_rendering_part
        drawing = part.new_pic_inline(image, width=Mm(self._picture.width))
        drawing.docPr.set("descr", self._picture.words)
        xml = drawing.xml
        return f'</w:t></w:r><w:r><w:drawing>{xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'

    def __str__(self) -> str:
        return self._picture.words


@dataclass(frozen=True)
class Template:
    """A template of Word that was checked. `used`: the fields of the first level that it shows."""

    data: bytes
    name: str
    used: frozenset[str]

    def rendered(self, report: Report, title: str, day: date, lang: str = "ja") -> bytes:
        """The document: the template filled in; the same report gives the same bytes.

        `title`: of the document, where the template names none. `day`: on which it is said to be made. `lang`: of
        "yes" and "no". Raises `TemplateError` where an expression of the template fails.
        """
        document = _Docx(io.BytesIO(self.data))
        document.lang = lang
        context: dict[str, Any] = {one.name: getattr(report, one.name) for one in fields(report)}
        drawn = {name: _Drawing(document, value) for name, value in context.items() if isinstance(value, Picture)}
        try:
            document.render({**context, **drawn}, _environment(lang=lang))
        except SyntaxError as error:  # what was rendered is no XML
            raise errors.TemplateError("template-fails", path=self.name) from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            detail = _WRONG_KIND if isinstance(error, TypeError) else " ".join(str(error).split())
            detail = detail or type(error).__name__
            raise errors.TemplateError("template-expression", path=self.name, detail=detail) from error
        _set_properties(document.docx.core_properties, title, day)
        buffer = io.BytesIO()
        document.save(buffer)
        return _without_times(buffer.getvalue())


def open_template(data: bytes, name: str, limits: opc.Limits | None = None) -> Template:
    """A template, opened and checked; `name`: of its file, for errors.

    Raises `PackageError` or `OutputError` where it is no document of Word that riskbook can open, and `TemplateError`
    with everything that is wrong with its fields.
    """
    data = _as_document(data, name, limits)
    try:
        parts = list(_Docx(io.BytesIO(data)).parts())
    except (KeyError, ValueError, SyntaxError, UnicodeDecodeError) as error:  # a part is missing, or no XML
        raise errors.OutputError("not-docx", path=name) from error
    problems, used = check(parts, _environment())
    if problems:
        raise errors.TemplateError("template-wrong", path=name, problems=tuple(problems))
    return Template(data, name, frozenset(used))


def given_template(lang: str) -> bytes:
    """riskbook's own template in a language."""
    return (files(__package__) / "templates" / f"{lang}.docx").read_bytes()


def _environment(*, autoescape: bool = True, lang: str = "ja") -> SandboxedEnvironment:
    """How fields are looked up: nothing but the fields, no access to Python, and an unknown name is an error."""
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=autoescape)
    environment.globals.clear()
    for name in _UNSAFE_FILTERS:
        environment.filters.pop(name)
    words = {flag: label(f"report.{'yes' if flag else 'no'}", lang) for flag in (True, False)}

    def shown(value: Any) -> Any:
        value = words[value] if isinstance(value, bool) else value
        return _as_markup(value) if autoescape else value

    environment.finalize = shown
    return environment


def _as_markup(value: Any) -> Any:
    """A text as markup that shows it; braces are escaped as well, for docxtpl has meanings of its own for some."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    escaped = str(escape(value))
    return Markup(escaped.replace("{", "&#123;").replace("}", "&#125;"))


def _as_document(data: bytes, name: str, limits: opc.Limits | None) -> bytes:
    """The bytes of a document that Word's own templates (.dotx) are turned into. Raises as `open_template`."""
    try:
        package = opc.Container(data, limits)
    except errors.PackageError as error:
        if error.key == "encrypted":
            raise errors.OutputError("template-encrypted", path=name) from error
        if error.key in _NO_DOCUMENT:
            raise errors.OutputError("not-docx", path=name) from error
        raise
    if not {_MAIN, _TYPES} <= set(package.names):
        raise errors.OutputError("not-docx", path=name)
    types = package.read(_TYPES)
    if _TEMPLATE in types:
        return package.written({_TYPES: types.replace(_TEMPLATE, _DOCUMENT)}, {})
    if CONTENT_TYPE.WML_DOCUMENT_MAIN.encode() not in types:
        raise errors.OutputError("not-docx", path=name)
    return data


def _set_properties(properties: Any, title: str, day: date) -> None:
    """Who made the document, and when: by the day of the assessment, for the clock would make each one another."""
    properties.title = properties.title or title[:255]
    properties.author = properties.author or _MAKER
    properties.last_modified_by = _MAKER
    properties.created = properties.modified = datetime(day.year, day.month, day.day)
    properties.revision = 1


def _without_times(data: bytes) -> bytes:
    """The same package, its members with the time stamp that a new one gives them, which is none."""
    package = opc.Container(data)
    members: Mapping[str, bytes] = {name: package.read(name) for name in package.names}
    return opc.Container(_EMPTY_PACKAGE).written({}, members)
