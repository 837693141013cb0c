"""Lines of a profile (riskbook.toml): what findings propose, and what a person settles, as one line of TOML each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def profile_line(keys: Sequence[str], value: str | int | Sequence[str] | Mapping[str, int]) -> str:
    """One line of TOML that sets the value below these keys: `media."書類" = ["金庫"]`."""
    if isinstance(value, Mapping):
        shown = "{ " + ", ".join(f"{_key(name)} = {number}" for name, number in value.items()) + " }"
    else:
        shown = json.dumps(value, ensure_ascii=False)
    return f"{'.'.join(map(_key, keys))} = {shown}"


def _key(name: str) -> str:
    """A key as TOML writes it. JSON quotes like TOML's basic strings, but for the delete character."""
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
