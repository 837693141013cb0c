"""Namespaces, relationship types and part-name arithmetic of OOXML, transitional and strict."""

from __future__ import annotations

import posixpath
from functools import lru_cache
from urllib.parse import unquote

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
REL_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
MICROSOFT_OFFICE = "http://schemas.microsoft.com/office/"  # with this the namespaces of Excel's own extensions begin
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CUSTOM_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VARIANT_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"

SIGNATURE_ORIGIN = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
SPREADSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

# Transitional → strict namespaces. xlsxwriter builds riskbook's sheets in the transitional dialect.
STRICT_OF = {
    MAIN: MAIN_STRICT,
    REL: REL_STRICT,
    "http://schemas.openxmlformats.org/drawingml/2006/main": "http://purl.oclc.org/ooxml/drawingml/main",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "http://purl.oclc.org/ooxml/drawingml/chart",
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing": (
        "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing"
    ),
    CUSTOM_PROPERTIES: "http://purl.oclc.org/ooxml/officeDocument/customProperties",
    VARIANT_TYPES: "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes",
}

_STRICT_MARK = b"http://purl.oclc.org/ooxml/"


def to_dialect(content: bytes, strict: bool) -> bytes:
    """A part's bytes with strict namespaces where `strict`, else with transitional ones."""
    if not strict and _STRICT_MARK not in content:
        return content
    pairs = STRICT_OF.items() if strict else ((new, old) for old, new in STRICT_OF.items())
    # Longest first: one namespace is the beginning of another's relationship types.
    for old, new in sorted(pairs, key=lambda pair: -len(pair[0])):
        content = content.replace(old.encode(), new.encode())
    return content


@lru_cache(maxsize=4096)
def rels_name(part: str) -> str:
    """The name of the relationships part of `part` ("" is the package itself)."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


@lru_cache(maxsize=4096)
def resolved(source: str, target: str) -> str:
    """The name of the part that a relationship target, relative to `source`, means."""
    target = unquote(target.split("#")[0]).replace("\\", "/")
    path = target if target.startswith("/") else posixpath.join("/", posixpath.dirname(source), target)
    return posixpath.normpath(path).lstrip("/")


def relative(source: str, part: str) -> str:
    """The relationship target, relative to `source`, that means `part`."""
    return posixpath.relpath("/" + part, "/" + posixpath.dirname(source))
