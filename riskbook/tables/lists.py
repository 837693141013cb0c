"""Lists as people export them from other programs: texts between commas, tabs or semicolons, in any usual encoding."""

from __future__ import annotations

import codecs
import csv
import io

_SIGNS = ",\t;"
_SAMPLE = 20_000  # characters


def read_list(data: bytes) -> list[list[str]]:
    """The rows of a CSV or TSV file. Excel in Japan writes cp932, other programs UTF-8 or UTF-16."""
    text = _decoded(data)
    first = text[:_SAMPLE].splitlines()[:10]
    delimiter = max(_SIGNS, key=lambda sign: sum(line.count(sign) for line in first))
    return [[cell.removeprefix("'") for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp932", "replace")
