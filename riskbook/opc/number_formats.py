"""Numbers as their format shows them, where the format adds to the number: units, zeros, percent, thousands."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne

_PIECE = re.compile(
    r'"([^"]*)"|\\(.)|_(.)|\*(.)|\[([^\]]*)\]|([#0?]+(?:,[#0?]+)*)|(\.)|(,)|(%)|(General|G/標準)|(.)', re.DOTALL
)


_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_HOLDS = {"<": lt, "<=": le, "=": eq, "<>": ne, ">=": ge, ">": gt}


@lru_cache(maxsize=512)
def adds(code: str) -> bool:
    """Whether a number format shows more or less than the digits of the number itself."""
    sections = code.split(";")[:3]  # the fourth is for texts
    return "@" not in sections[0] and not _is_date(sections[0]) and any(map(_adds, sections))


def _is_date(section: str) -> bool:
    """Whether it is the format of a date, a time or a fraction, or one that this module does not know."""
    for match in _PIECE.finditer(section):
        if match[11] and match[11].lower() in "ymdhseabg/":
            return True
        if match[5] is not None and match[5].lower().lstrip("$")[:1] in ("h", "m", "s"):
            return True
    return False


def _adds(section: str) -> bool:
    literal, digits, parts = "", "", 0
    for match in _PIECE.finditer(section):
        quoted, escaped, _, _, _, places, point, comma, percent, _, other = match.groups()
        literal += quoted or escaped or (other or "").strip() or percent or ""
        parts += bool(places) - bool(point)
        digits += places or ""
        if comma and digits:
            return True  # thousands are cut off
    return bool(re.sub(r"[¥\\$ ()+-]", "", literal)) or digits.replace(",", "").startswith("00") or parts > 1


def shown(text: str, code: str) -> str | None:
    """A number (as a file writes it) as a format for which `adds` holds shows it.

    None where it shows the digits of the number itself, or nothing, or is not understood.
    """
    try:
        value = float(text)
        section, given = _section(value, code.split(";")[:3])
        return (_shown(value if given else abs(value), section) or None) if _adds(section) else None
    except (ValueError, ArithmeticError):
        return None


def _section(value: float, sections: list[str]) -> tuple[str, bool]:
    """The section of a format that is for a value, and whether the sign is left to it."""
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        pairs = zip(sections, conditions, strict=True)
        fitting = (s for s, c in pairs if c is None or _HOLDS[c[1]](value, float(c[2])))
        return next(fitting, ""), True
    if value < 0 and len(sections) > 1:
        return sections[1], False
    return sections[2] if value == 0 and len(sections) > 2 else sections[0], True


def _shown(number: float, section: str) -> str:
    pieces = list(_PIECE.finditer(section))
    places, decimals, thousands, percent, general = [""], "", 0, 0, False
    after_point = False
    for match in pieces:
        if match[6] and after_point:
            decimals += match[6]
        elif match[6]:
            places.append(match[6])
        after_point = after_point or bool(match[7])
        thousands += bool(match[8] and places[1:])
        percent += bool(match[9])
        general = general or bool(match[10])
    exact = Decimal(repr(number)) * 100**percent / 1000**thousands
    text = f"{float(exact):.10g}" if general else _rounded(exact, "".join(places), decimals)
    texts = iter(_spread(text, places[1:]))
    out = ""
    for match in pieces:
        if match[6] or match[10] or match[7]:
            out += next(texts, "")
        else:
            out += match[1] or match[2] or match[9] or match[11] or ""
    return out.strip()


def _spread(text: str, places: list[str]) -> list[str]:
    """The digits of a number for each group of places: "0123" in 00-00 is "01", "23"."""
    if len(places) < 2:
        return [text]
    whole, point, rest = text.partition(".")
    ends = []
    for group in reversed(places[1:]):
        size = len(group.replace(",", ""))
        ends.append(whole[-size:])
        whole = whole[:-size]
    ends[0] += point + rest
    return [whole, *reversed(ends)]


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
