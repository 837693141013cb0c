"""What mkdocs calls while it builds the site."""

from __future__ import annotations

import re

_BLOCKS = re.compile(r"(<pre.*?</pre>)", re.DOTALL)
_WIDE = "[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"
_BROKEN = re.compile(f"(?<=[、。：（「])\n *|(?<={_WIDE})\n *(?={_WIDE})")


def on_page_content(html: str, **_: object) -> str:
    """A page in which no line ends between Japanese characters: browsers would show a space there."""
    parts = _BLOCKS.split(html)
    return "".join(part if number % 2 else _BROKEN.sub("", part) for number, part in enumerate(parts))
