"""Templates of a report as people type them into Word, and documents as they are read."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from textwrap import dedent
from typing import Any

import docx


def template_lines(page: str) -> list[str]:
    """The lines of the first text block of a page."""
    match = re.search(r"^ *```text\n(.*?)^ *```$", page, re.DOTALL | re.MULTILINE)
    assert match is not None
    return dedent(match[1]).splitlines()


def typed_template(lines: Sequence[str], header: str = "", footer: str = "") -> bytes:
    """A document with these lines: "# " begins a heading, "| a | b |" is a row of a table, anything else a paragraph."""
    book = docx.Document()
    table: Any = None
    for line in lines:
        if not line.startswith("|"):
            table = None
            style = "Heading 1" if line.startswith("# ") else "Normal"
            book.add_paragraph(line.removeprefix("# "), style=style)
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        table = table or book.add_table(rows=0, cols=len(cells), style="Table Grid")
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    book.sections[0].header.paragraphs[0].text = header
    book.sections[0].footer.paragraphs[0].text = footer
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def paragraphs_of(content: bytes) -> list[str]:
    """The texts of a document that are not empty: body, then headers and footers."""
    book = docx.Document(io.BytesIO(content))
    section = book.sections[0]
    found = [*book.paragraphs, *section.header.paragraphs, *section.footer.paragraphs]
    return [one.text for one in found if one.text]


def tables_of(content: bytes) -> list[list[list[str]]]:
    """The tables of a document: rows of cells."""
    book = docx.Document(io.BytesIO(content))
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in book.tables]


def all_text(content: bytes) -> str:
    """Everything that a document says, a paragraph or a cell on a line."""
    cells = [cell for table in tables_of(content) for row in table for cell in row]
    return "\n".join([*paragraphs_of(content), *cells])
