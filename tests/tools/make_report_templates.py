"""Makes riskbook's own templates of a report with python-docx: `python -m tests.tools.make_report_templates`.

They use real styles of Word and only documented fields, so that people can change them in Word and use them.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from riskbook.opc import Container
from tests.support.places import ROOT

TEMPLATES = ROOT / "riskbook" / "report" / "templates"
_FONTS = {"ja": ("Yu Gothic", "游ゴシック"), "en": ("Calibri", "Yu Gothic")}
_LANGUAGES = {"ja": "en-US", "en": "en-GB"}  # of Latin words: those of "ja-JP" would be broken anywhere
_INK, _MUTED, _HEAD, _LATE = (RGBColor.from_string(one) for one in ("1F2937", "6B7280", "1F3A5F", "B91C1C"))
_LINE, _BAND = "D1D5DB", "F3F4F6"
_TEXT_WIDTH = 162  # millimetres between the margins

WORDS: dict[str, Mapping[str, str]] = {
    "ja": {
        "title": "情報セキュリティ リスク評価報告書",
        "day": "評価日", "method": "評価方法", "source": "評価したブック", "assets": "情報資産",
        "assets-text": "{{ assets }}件", "unassessed": "うち未評価", "unassessed-text": "{{ unassessed }}件",
        "assumed": "うち不明な値を最大とした資産", "assumed-text": "{{ assumed }}件",
        "situation": "1　状況", "level": "リスクの区分", "now": "現在", "share": "割合", "planned": "計画後",
        "count": "{{ x.count }}件", "planned-count": "{{ x.planned }}件",
        "heat": "重要度と被害発生可能性（件数）", "bars": "区分ごとの件数",
        "risks": "2　高いリスクと対応", "no-risks": "評価できた資産がありません。",
        "risk": "リスク値{{ risk.risk }}（{{ risk.level }}）", "why": "理由", "rests": "不明な値を最大として計算したリスク値です。", "todo": "対応", "who": "担当と期限",
        "todo-text": "{{ risk.treatment }}：{{ risk.todo }}", "asset-sep": "、",
        "unknown": "評価できなかった資産", "asset": "資産", "cell": "台帳のセル", "because": "評価できない理由",
        "plan": "3　計画と期限", "treatments": "資産ごとの対応",
        "level-head": "リスク", "treatment": "対応",
        "measure": "対策内容", "assignee": "担当", "due": "期限", "state": "状況", "overdue": "期限超過",
        "measures": "実施する対策",
        "question": "対策", "takes": "手間の目安",
        "roadmap": "4　対策の順序", "start": "現在：{{ start }}（リスク値の合計 {{ risk_sum }}）", "step": "段階",
        "effect": "効果", "after": "実施後：{{ x.after }}（リスク値の合計 {{ x.risk }}）",
        "accepted": "5　受け入れているリスク",
        "approval": "承認", "by": "承認者", "on": "承認日", "reason": "理由", "review": "見直し期限",
        "method-head": "6　評価方法", "scales": "尺度", "formulas": "計算式と区分", "thresholds": "区分：{{ thresholds }}",
        "findings": "7　入力の指摘", "no-findings": "未対応のエラーと注意はありません。", "severity": "重大度",
        "place": "シートとセル", "message": "内容", "fix": "直し方",
        "footer": "情報セキュリティ リスク評価報告書",
    },
    "en": {
        "title": "Information security risk assessment",
        "day": "Assessed on", "method": "Method", "source": "Workbook", "assets": "Information assets",
        "assets-text": "{{ assets }}", "unassessed": "of these unassessed", "unassessed-text": "{{ unassessed }}",
        "assumed": "of these resting on assumed values", "assumed-text": "{{ assumed }}",
        "situation": "1  The situation", "level": "Level of risk", "now": "Now", "share": "Share", "planned": "After the plan",
        "count": "{{ x.count }}", "planned-count": "{{ x.planned }}",
        "heat": "Importance × likelihood (assets)", "bars": "Assets by level",
        "risks": "2  The highest risks, and what to do", "no-risks": "No asset could be assessed.",
        "risk": "Risk {{ risk.risk }} ({{ risk.level }})", "why": "Why", "rests": "This risk rests on a value that nobody knows, taken as the highest.", "todo": "What to do", "who": "Who, and until when",
        "todo-text": "{{ risk.treatment }}: {{ risk.todo }}", "asset-sep": ", ",
        "unknown": "Assets that could not be assessed", "asset": "Asset", "cell": "Cell of the ledger", "because": "Why not",
        "plan": "3  The plan, with dates", "treatments": "Treatment by asset",
        "level-head": "Risk", "treatment": "Treatment",
        "measure": "Measure", "assignee": "Assignee", "due": "Due", "state": "State", "overdue": "overdue",
        "measures": "Measures",
        "question": "Measure", "takes": "Effort, estimated",
        "roadmap": "4  The roadmap", "start": "Now: {{ start }} (sum of risks {{ risk_sum }})", "step": "Step",
        "effect": "Effect", "after": "Afterwards: {{ x.after }} (sum of risks {{ x.risk }})",
        "accepted": "5  Accepted risks",
        "approval": "Approval", "by": "Approved by", "on": "Approved on", "reason": "Reason", "review": "Review by",
        "method-head": "6  The method", "scales": "Scales", "formulas": "Formulas and levels", "thresholds": "Levels: {{ thresholds }}",
        "findings": "7  Open findings about the input", "no-findings": "There are no open errors or warnings.", "severity": "Severity",
        "place": "Sheet and cells", "message": "What was found", "fix": "What to do",
        "footer": "Information security risk assessment",
    },
}  # fmt: skip


class _Maker:
    """One template while it is made."""

    def __init__(self, lang: str) -> None:
        self.words, self.lang = WORDS[lang], lang
        self.book = docx.Document()
        self._set_up()
        self._style()

    # --- the look ---

    def _set_up(self) -> None:
        section = self.book.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(24)
        section.top_margin, section.bottom_margin = Mm(26), Mm(22)
        section.header_distance, section.footer_distance = Mm(12), Mm(10)
        section.different_first_page_header_footer = True

    def _style(self) -> None:
        styles = self.book.styles
        normal = styles["Normal"]
        self._font(normal, 10.5, _INK)
        normal.paragraph_format.space_after = Pt(6)
        normal.paragraph_format.line_spacing = 1.25
        defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        defaults.find(qn("w:lang")).set(qn("w:val"), _LANGUAGES[self.lang])
        defaults.find(qn("w:lang")).set(qn("w:eastAsia"), "ja-JP")
        title = styles["Title"]
        self._font(title, 26, _HEAD, bold=True)
        title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(150), Pt(10)
        border = title.element.pPr.find(qn("w:pBdr"))
        if border is not None:
            title.element.pPr.remove(border)
        self._font(styles["Subtitle"], 16, _MUTED)
        styles["Subtitle"].font.italic = False
        styles["Subtitle"].paragraph_format.space_after = Pt(48)
        for name, size, before, after in (("Heading 1", 16, 22, 8), ("Heading 2", 12, 14, 4)):
            self._font(styles[name], size, _HEAD, bold=True)
            shape = styles[name].paragraph_format
            shape.space_before, shape.space_after, shape.keep_with_next = Pt(before), Pt(after), True
        for name, size, colour, bold in (
            ("Table text", 9, _INK, False),
            ("Table head", 8.5, _INK, True),
            ("Note", 9, _MUTED, False),
        ):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = normal
            self._font(style, size, colour, bold=bold)
            style.paragraph_format.space_after = Pt(0 if name != "Note" else 6)
            style.paragraph_format.line_spacing = 1.15
        styles["Note"].paragraph_format.space_before = Pt(6)
        small = styles.add_style("Gap", WD_STYLE_TYPE.PARAGRAPH)
        small.base_style = normal
        self._font(small, 4, _INK)
        small.paragraph_format.space_after, small.paragraph_format.line_spacing = Pt(0), 1.0
        for side in next(styles["Table Grid"].element.iter(qn("w:tblBorders"))):
            side.set(qn("w:color"), _LINE)

    def _font(self, style: Any, size: float, colour: RGBColor, *, bold: bool = False) -> None:
        latin, asian = _FONTS[self.lang]
        style.font.name, style.font.size, style.font.bold = latin, Pt(size), bold
        style.font.color.rgb = colour
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in list(fonts.attrib):
            del fonts.attrib[name]
        for name, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", asian)):
            fonts.set(qn(f"w:{name}"), font)

    # --- the pieces ---

    def line(self, text: str, style: str = "Normal", *, page: bool = False) -> Any:
        paragraph = self.book.add_paragraph(text, style=style)
        paragraph.paragraph_format.page_break_before = True if page else None
        return paragraph

    def heading(self, key: str, level: int = 1, *, page: bool = False) -> None:
        self.line(self.words[key], f"Heading {level}", page=page)

    def control(self, text: str) -> None:
        """A line that only steers, and is gone in the report."""
        self.line("{%p " + text + " %}", "Gap")

    def more(self, name: str) -> None:
        self.control(f"if {name}")
        self.line("{{ " + name + " }}", "Note")
        self.control("endif")

    def table(self, widths: Sequence[float], *, grid: bool = True) -> Any:
        made = self.book.add_table(rows=0, cols=len(widths))
        made.style = self.book.styles["Table Grid" if grid else "Normal Table"]
        made.alignment, made.autofit = WD_TABLE_ALIGNMENT.LEFT, False
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Mm(width)
        properties = made._tbl.tblPr
        margins = OxmlElement("w:tblCellMar")
        for side, size in (("top", 45), ("left", 85), ("bottom", 45), ("right", 85)):
            margin = OxmlElement(f"w:{side}")
            margin.set(qn("w:w"), str(size))
            margin.set(qn("w:type"), "dxa")
            margins.append(margin)
        look = properties.find(qn("w:tblLook"))
        properties.append(margins) if look is None else look.addprevious(margins)
        return made

    def row(self, table: Any, cells: Sequence[str], *, head: bool = False, style: str = "") -> Any:
        """A row; a cell "text" or "%colour%text", the colour a field; lines in it are paragraphs."""
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if head:
            properties.append(OxmlElement("w:tblHeader"))
        for column, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = table.columns[column].width
            if head:
                self.shade(cell, _BAND)
            paragraph = cell.paragraphs[0]
            for number, part in enumerate(text.split("\n")):
                paragraph = paragraph if not number else cell.add_paragraph()
                paragraph.style = self.book.styles[style or ("Table head" if head else "Table text")]
                self._runs(paragraph, part)
        return row

    def _runs(self, paragraph: Any, text: str) -> None:
        """A text; what stands between "!!" is bold and in the colour of what is late."""
        for number, part in enumerate(text.split("!!")):
            if part:
                run = paragraph.add_run(part)
                if number % 2:
                    run.font.bold, run.font.color.rgb = True, _LATE

    def shade(self, cell: Any, colour: str) -> None:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)

    def list_of(self, name: str, widths: Sequence[float], heads: Sequence[str], cells: Sequence[str]) -> None:
        """A table with a row for each entry of a list."""
        table = self.table(widths)
        self.row(table, [self.words[head] for head in heads], head=True)
        blank = [""] * (len(widths) - 1)
        self.row(table, ["{%tr for x in " + name + " %}", *blank])
        self.row(table, cells)
        self.row(table, ["{%tr endfor %}", *blank])

    def list_or(self, name: str, missing: str, *table: Any) -> None:
        """The same, or a sentence where the list is empty."""
        self.control(f"if {name}")
        self.list_of(name, *table)
        self.more(f"{name}_more")
        self.control("else")
        self.line(self.words[missing] if missing in self.words else "{{ " + missing + " }}")
        self.control("endif")

    # --- the parts ---

    def front(self) -> None:
        self.line(self.words["title"], "Title")
        self.line("{{ client }}", "Subtitle")
        table = self.table((62, 100), grid=False)
        for key, text in (
            ("day", "{{ day }}"),
            ("method", "{{ method }}"),
            ("source", "{{ source }}"),
            ("assets", self.words["assets-text"]),
            ("unassessed", self.words["unassessed-text"]),
            ("assumed", self.words["assumed-text"]),
        ):
            row = self.row(table, [self.words[key], text], style="Normal")
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.space_after = Pt(2)
                self._underline(cell)
            row.cells[0].paragraphs[0].runs[0].font.color.rgb = _MUTED

    def _underline(self, cell: Any) -> None:
        borders = OxmlElement("w:tcBorders")
        bottom = OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _LINE)):
            bottom.set(qn(f"w:{name}"), value)
        borders.append(bottom)
        cell._tc.get_or_add_tcPr().append(borders)

    def situation(self) -> None:
        self.heading("situation", page=True)
        table = self.table((28, 134))
        self.row(table, ["{%tr for x in answers %}", ""])
        row = self.row(table, ["{{ x.question }}", "{{ x.answer }}"], style="Table text")
        row.cells[0].paragraphs[0].style = self.book.styles["Table head"]
        self.shade(row.cells[0], _BAND)
        self.row(table, ["{%tr endfor %}", ""])
        self.line("", "Gap")
        self.line("", "Gap")
        cells = ["{% cellbg x.fill %}{{ x.word }}", self.words["count"], "{{ x.share }}", self.words["planned-count"]]
        self.list_of("levels", (60, 34, 34, 34), ("level", "now", "share", "planned"), cells)
        self.line("", "Gap")
        self.line("", "Gap")
        pictures = self.table((81, 81), grid=False)
        self.row(pictures, [self.words["heat"], self.words["bars"]], style="Table head")
        row = self.row(pictures, ["{{ heat_map }}", "{{ bars }}"], style="Table text")
        margins = pictures._tbl.tblPr.find(qn("w:tblCellMar"))
        for side in ("left", "right"):
            margins.find(qn(f"w:{side}")).set(qn("w:w"), "0")
        self.line("{{ bars_note }}", "Note")

    def risks(self) -> None:
        self.heading("risks", page=True)
        self.control("if risks")
        self.control("for risk in risks")
        table = self.table((31, 131))
        sep = self.words["asset-sep"]
        name = "{{ risk.rank }}. {{ risk.name }}"
        about = "{% if risk.business %}{{ risk.business }}" + sep + "{% endif %}{{ risk.medium }}"
        opened, closed = ("（", "）") if self.lang == "ja" else (" (", ")")
        head = self.row(
            table, ["{% cellbg risk.fill %}" + self.words["risk"], name + opened + about + closed], style="Table head"
        )
        assumed = "{{ risk.why }}\n{%p if risk.assumed %}\n!!" + self.words["rests"] + "!!\n{%p endif %}"
        for key, text in (("why", assumed), ("todo", self.words["todo-text"]), ("who", "{{ risk.who }}")):
            row = self.row(table, [self.words[key], text])
            row.cells[0].paragraphs[0].runs[0].font.color.rgb = _MUTED
            head = row if key != "who" else head
        # The rows of a card stay on one page.
        for row in table.rows[:-1]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        self.line("", "Gap")
        self.control("endfor")
        self.more("risks_more")
        self.control("else")
        self.line(self.words["no-risks"])
        self.control("endif")
        self.control("if unknown")
        self.heading("unknown", 2)
        self.list_of(
            "unknown", (44, 40, 78), ("asset", "cell", "because"), ["{{ x.name }}", "{{ x.place }}", "{{ x.why }}"]
        )
        self.more("unknown_more")
        self.control("endif")

    def plan(self) -> None:
        late = "{{ x.state }}\n{%p if x.overdue %}\n!!" + self.words["overdue"] + "!!\n{%p endif %}"
        self.heading("plan")
        self.line("{{ undecided_note }}")
        self.heading("treatments", 2)
        self.list_or(
            "treatments", "no_treatments", (32, 15, 22, 29, 20, 23, 21),
            ("asset", "level-head", "treatment", "measure", "assignee", "due", "state"),
            ["{{ x.name }}\n{{ x.medium }}", "{% cellbg x.fill %}{{ x.risk }} {{ x.level }}", "{{ x.treatment }}", "{{ x.measure }}",
             "{{ x.assignee }}", "{{ x.due }}", late],
        )  # fmt: skip
        self.heading("measures", 2)
        self.list_or(
            "measures", "no_measures", (60, 36, 21, 23, 22), ("question", "takes", "assignee", "due", "state"),
            ["{{ x.question }}", "{{ x.takes }}", "{{ x.assignee }}", "{{ x.due }}", late],
        )  # fmt: skip

    def roadmap(self) -> None:
        self.heading("roadmap")
        self.control("if steps")
        self.line(self.words["start"]).paragraph_format.keep_with_next = True
        self.list_of(
            "steps", (12, 60, 34, 56), ("step", "question", "takes", "effect"),
            ["{{ x.number }}", "{{ x.measures }}", "{{ x.takes }}", "{{ x.why }}\n" + self.words["after"]],
        )  # fmt: skip
        self.more("steps_more")
        self.control("else")
        self.line("{{ no_steps }}")
        self.control("endif")

    def accepted(self) -> None:
        self.heading("accepted")
        self.line("{{ acceptance }}").paragraph_format.keep_with_next = True
        self.list_or(
            "accepted", "no_accepted", (29, 15, 28, 23, 24, 23, 20),
            ("asset", "level-head", "approval", "by", "on", "review", "reason"),
            ["{{ x.name }}\n{{ x.medium }}", "{% cellbg x.fill %}{{ x.risk }} {{ x.level }}",
             "{% if x.approved %}{{ x.approval }}{% else %}!!{{ x.approval }}!!{% endif %}", "{{ x.decided_by }}",
             "{{ x.decided_on }}", "{{ x.review_by }}", "{{ x.reason }}"],
        )  # fmt: skip

    def method(self) -> None:
        self.heading("method-head")
        self.line("{{ method }}")
        self.line("{{ method_about }}")
        self.heading("scales", 2)
        self.control("for scale in scales")
        self.line("{{ scale.factors }}").paragraph_format.space_after = Pt(2)
        self.control("for grade in scale.grades")
        grade = self.line("{{ grade }}", "Table text")
        grade.paragraph_format.left_indent = Mm(6)
        self.control("endfor")
        self.control("endfor")
        self.heading("formulas", 2)
        self.control("for formula in formulas")
        self.line("{{ formula }}").paragraph_format.space_after = Pt(2)
        self.control("endfor")
        self.line(self.words["thresholds"])
        self.line("{{ acceptance }}")
        self.line("{{ unassessed_means }}")

    def findings(self) -> None:
        self.heading("findings")
        self.list_or(
            "findings", "no-findings", (18, 40, 54, 50), ("severity", "place", "message", "fix"),
            ["{% cellbg x.fill %}{{ x.severity }}", "{{ x.place }}", "{{ x.message }}", "{{ x.todo }}"],
        )  # fmt: skip

    def head_and_foot(self) -> None:
        section = self.book.sections[0]
        head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
        head.text, head.style, head.alignment = "{{ client }}", self.book.styles["Note"], WD_ALIGN_PARAGRAPH.RIGHT
        foot.style = self.book.styles["Note"]
        foot.paragraph_format.tab_stops.add_tab_stop(Mm(_TEXT_WIDTH), 2)  # right
        foot.add_run(f"{self.words['footer']}\t")
        for code in ("PAGE", "/", "NUMPAGES"):
            if code == "/":
                foot.add_run(" / ")
                continue
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), code)
            run, text = OxmlElement("w:r"), OxmlElement("w:t")
            text.text = "1"
            run.append(text)
            field.append(run)
            foot._p.append(field)

    def content(self) -> bytes:
        package = self.book.part.package
        for name, relation in list(package.rels.items()):
            if relation.reltype.endswith("/thumbnail"):  # a picture of python-docx's own template
                del package.rels[name]
        compat = self.book.settings.element.find(qn("w:compat"))
        newest = OxmlElement("w:compatSetting")  # else Word opens it in a mode of compatibility
        for name, value in (
            ("name", "compatibilityMode"),
            ("uri", "http://schemas.microsoft.com/office/word"),
            ("val", "15"),
        ):
            newest.set(qn(f"w:{name}"), value)
        for old in compat.findall(qn("w:compatSetting")):
            if old.get(qn("w:name")) == "compatibilityMode":
                compat.remove(old)
        compat.append(newest)
        properties = self.book.core_properties
        properties.author = properties.last_modified_by = "riskbook"
        properties.title = properties.comments = properties.keywords = ""
        properties.created = properties.modified = datetime(2026, 1, 1)
        buffer = io.BytesIO()
        self.book.save(buffer)
        package = Container(buffer.getvalue())
        return Container(b"PK\5\6" + bytes(18)).written({}, {name: package.read(name) for name in package.names})


def template(lang: str) -> bytes:
    """The template of a language."""
    maker = _Maker(lang)
    maker.front()
    maker.situation()
    maker.risks()
    maker.plan()
    maker.roadmap()
    maker.accepted()
    maker.method()
    maker.findings()
    maker.head_and_foot()
    return maker.content()


def main(folder: Path = TEMPLATES) -> None:
    """Writes both."""
    for lang in WORDS:
        (folder / f"{lang}.docx").write_bytes(template(lang))
        print(f"riskbook/report/templates/{lang}.docx")


if __name__ == "__main__":
    main()
