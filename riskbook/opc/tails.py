"""The empty rows at the end of a large worksheet, as bytes."""

from __future__ import annotations


def split_tail(content: bytes) -> tuple[bytes, bytes]:
    """The bytes of a worksheet without the rows below its last value, and the bytes of those rows.

    A million empty styled rows are common. The part is searched as bytes, since parsing them is what takes the time.
    """
    end = max(content.rfind(b"</sheetData>"), content.rfind(b":sheetData>"))
    if end < 0:
        return content, b""
    end = content.rfind(b"<", 0, end + 1)
    last = max(content.rfind(mark, 0, end) for mark in (b"</v>", b":v>", b"</f>", b":f>", b"</is>", b":is>"))
    start = content.find(b"row>", max(last, content.find(b"sheetData")), end)
    if start < 0:
        return content, b""
    start += len(b"row>")
    return content[:start] + content[end:], content[start:end]


def with_tail(content: bytes, tail: bytes) -> bytes:
    """The bytes of a worksheet with the rows that `split_tail` took from it."""
    if not tail:
        return content
    end = max(content.rfind(b"</sheetData>"), content.rfind(b":sheetData>"))
    end = content.rfind(b"<", 0, end + 1)
    return content[:end] + tail + content[end:]
