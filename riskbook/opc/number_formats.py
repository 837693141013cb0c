"""Numbers as their format shows them, where the format adds to the number: units, zeros, percent, thousands."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_PIECE = re.compile(
    r'"([^"]*)"|\\(.)|_(.)|\*(.)|\[([^\]]*)\]|([#0?]+(?:,[#0?]+)*)|(\.)|(,)|(%)|(General|G/標準)|(.)', re.DOTALL
)


@lru_cache(maxsize=512)
def adds(code: str) -> bool:
    """Whether a number format shows more or less than the digits of the number itself."""
    if "@" in code.split(";")[0]:
        return False
    literal, digits = "", ""
    for match in _PIECE.finditer(code.split(";")[0]):
        quoted, escaped, _, _, bracketed, places, _, comma, percent, general, other = match.groups()
        if other and other.lower() in "ymdhseabg" and not general:
            return False  # a date or a time, or one that this module does not know
        if bracketed is not None and bracketed.lower().lstrip("$")[:1] in ("h", "m", "s"):
            return False
        literal += quoted or escaped or (other or "").strip() or percent or ""
        digits += places or ""
        if comma and digits:
            return True  # thousands are cut off
    return bool(re.sub(r"[¥\\$ ()+-]", "", literal)) or digits.replace(",", "").startswith("00")


def shown(text: str, code: str) -> str | None:
    """A number (as a file writes it) as a format for which `adds` holds shows it; None for what is not understood."""
    try:
        return _shown(float(text), code)
    except (ValueError, ArithmeticError):
        return None


def _shown(value: float, code: str) -> str | None:
    sections = code.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    number = abs(value) if value < 0 and len(sections) > 1 else value
    pieces = list(_PIECE.finditer(section))
    places, decimals, thousands, percent, general = "", "", 0, 0, False
    after_point = False
    for match in pieces:
        if match[6]:
            decimals, places = (decimals + match[6], places) if after_point else (decimals, places + match[6])
        after_point = after_point or bool(match[7])
        thousands += bool(match[8] and places)
        percent += bool(match[9])
        general = general or bool(match[10])
    exact = Decimal(repr(number)) * 100**percent / 1000**thousands
    text = f"{float(exact):.10g}" if general else _rounded(exact, places, decimals)
    done, out = False, ""
    for match in pieces:
        if match[6] or match[10] or match[7]:
            out += "" if done else text
            done = True
        else:
            out += match[1] or match[2] or match[9] or match[11] or ""
    return out.strip() if done else None


def _rounded(exact: Decimal, places: str, decimals: str) -> str:
    fraction = decimals.replace(",", "")
    rounded = exact.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    whole, _, rest = f"{abs(rounded):f}".partition(".")
    whole = whole.zfill(places.replace(",", "").count("0")) if whole != "0" or "0" in places else ""
    while rest and fraction.endswith("#") and rest.endswith("0"):
        rest, fraction = rest[:-1], fraction[:-1]
    if "," in places:
        whole = re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", whole)
    return ("-" if rounded < 0 else "") + whole + (f".{rest}" if rest else "")
