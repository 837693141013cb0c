"""Converts cell values as people type them; the result says how a value was normalised."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from riskbook.method import Method, Scale, word_orders
from riskbook.model import narrow, squeezed, tidied
from riskbook.reading.similar import TURNS_MEANING, similar_to

ERROR_VALUES = frozenset(
    ("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!")
)
_DASHES = frozenset("-‐−ー―–—")  # people type any of them for "none"
# Year 1 of an era is this number + 1.
_ERA_OFFSET = {"令": 2018, "r": 2018, "平": 1988, "h": 1988, "昭": 1925, "s": 1925, "大": 1911, "t": 1911}
_ERA = re.compile(
    r"(令和?|平成?|昭和?|大正?|[RHSTrhst])\.?(元|\d{1,2})(?:[年./-](?:(\d{1,2})(?:[月./-](?:(\d{1,2})日?)?)?)?)?"
)
_WESTERN = re.compile(r"(\d{4})[年./-](\d{1,2})(?:[月./-](?:(\d{1,2})日?)?)?")
_SHORT_YEAR = re.compile(r"(\d{2})[年./-](\d{1,2})[月./-](\d{1,2})日?")
_FIRST_SHORT_YEAR, _LAST_SHORT_YEAR = 10, 79  # 2010 to 2079; a lower number before a month may be the year of an era
_FISCAL = re.compile(r"(?:(令和?|平成?|[RHrh])\.?(元|\d{1,2})|(\d{4}))年?度")
_ENGLISH_DATES = ("%b%d,%Y", "%B%d,%Y", "%d%b%Y", "%d%B%Y", "%d-%b-%y", "%d-%b-%Y", "%b%Y", "%B%Y")
_AFTER_DATE = re.compile(r"(?:現在|時点|更新|作成|登録|改訂|付け?|より|から|頃|ごろ)$")
_TIME = re.compile(r"(?:[Tt]|\s+)\d{1,2}:\d{2}.*$|[（(][月火水木金土日][)）]")
_KANJI_DIGITS = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = re.compile("[〇一二三四五六七八九十]+")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SPAN = re.compile(
    r"(?:満|約)?(?:(\d{1,6}(?:\.\d{1,6})?)\s*(?:年間?|years?|yrs?|y))?\s*(?:(\d{1,6})\s*(?:[ヶケかカヵ箇個]?月間?|months?|m))?"
    r"\s*(?:(\d{1,6})\s*(?:日間?|days?))?\s*(?:保存|保管)?"
)
_AMOUNT = re.compile(r"[¥\\]?(-?[\d,]{1,30}(?:\.\d{1,10})?)(億|百万|万|千)?(?:円|yen|jpy)?")
# After a grade: another one ("2～3", "2/3", "1 or 2", "1→3", "2(3)", "3(旧2)").
_SECOND_GRADE = re.compile(
    r"\s*(?:[~〜～\-–—－]|から)+\s*\d|\s*(?:[/,、・→⇒&+;]|または|又は|or|and)\s*\d{1,2}\D{0,2}$|\s+\d{1,2}$|\s*\(\D{0,2}\d{1,2}\)$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"(?:件数[::]?)?約?(\d{1,9})(?:件|人|名|人分|名分)?")  # how many people's data
_LONGEST = 200  # characters of a date or a period: patterns take long over longer texts
_MOST_YEARS = 200  # a higher number before 年 is a calendar year
_AMOUNT_UNITS = {"億": 100_000_000, "百万": 1_000_000, "万": 10_000, "千": 1_000, None: 1}


# Characters that show nothing: zero width, byte order marks, direction marks, variation selectors.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a file writes characters that XML cannot hold
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def as_seen(value: Any) -> Any:
    """A cell's value as Excel shows it: numbers with 15 digits, texts without what shows nothing."""
    if type(value) is float and math.isfinite(value) and not value.is_integer():
        return float(f"{value:.15g}")
    if type(value) is not str:
        return value
    if "_x" in value:
        value = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value).replace("\r\n", "\n").replace("\r", "\n")
        # Two escapes may be the halves of one character; a half alone is no text that can be written.
        value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        value = _CONTROL.sub("", value)
    return value if value.isascii() else _UNSEEN.sub("", value)


@dataclass(frozen=True)
class Parsed:
    """The value of a cell. `how`: the kind of normalisation, "" where none was needed.

    `problem`: why the cell could not be read, "" where it could or is blank.
    """

    value: Any = None
    how: str = ""
    problem: str = ""


BLANK = Parsed()


def is_blank(value: Any) -> bool:
    """Whether a cell is empty or holds only white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def is_error(value: Any) -> bool:
    """Whether a cell holds one of Excel's error values."""
    return isinstance(value, str) and value in ERROR_VALUES


def text(value: Any) -> str | None:
    """A cell as text, None where it is blank; 5.0 is "5", a date is ISO."""
    if is_blank(value):
        return None
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def whole(
    value: Any, allowed: Iterable[int] | Mapping[int, int], labels: Mapping[str, int], *, sentences: bool = False
) -> Parsed:
    """A number among `allowed`, or what it stands for where that is a mapping: 3, "３", "3：高", "高".

    With `sentences` a text after the number is no normalisation: the form's drop-downs offer such sentences.
    """
    if is_blank(value):
        return BLANK
    allowed = allowed if isinstance(allowed, Mapping) else {number: number for number in allowed}
    # TRUE is an int to Python, but no grade.
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return Parsed(problem="not-a-number")
    if isinstance(value, (int, float)):
        return _whole_number(value, allowed)
    clean = tidied(value)
    if len(clean) == 1 and clean in _DASHES:
        return BLANK
    exact = next((number for label, number in labels.items() if squeezed(clean) == squeezed(label)), None)
    if exact is not None:
        return Parsed(exact, "" if sentences else "word")
    match = re.match(r"(\d{1,9})(?:\.0+)?(?![\d.])(.*)", clean)
    if match:
        if int(match[1]) not in allowed:
            return Parsed(problem="zero" if int(match[1]) == 0 else "out-of-range")
        number = allowed[int(match[1])]
        if _SECOND_GRADE.match(match[2]) or _contradicts(match[2], number, labels, allowed):
            return Parsed(problem="out-of-range")
        if not sentences and not _is_said_of_grade(match[2], labels):
            return Parsed(problem="out-of-range")  # "3件"
        if match[2]:
            return Parsed(number, "" if sentences else "label")
        return Parsed(number, "full-width" if not value.isascii() else "text-number")
    bare = squeezed(re.sub(r"\([^()]*\)", "", clean))
    for label, number in labels.items():
        if bare == squeezed(label):
            beside = re.findall(r"\d+", clean)
            if any(int(digits[:9]) != number for digits in beside):
                return Parsed(problem="out-of-range")  # "高(1)"
            return Parsed(number, "" if sentences else "word")
    return Parsed(problem="not-a-number")


def graded(value: Any, scale: Scale, *, sentences: bool = False) -> Parsed:
    """A grade of a scale, as riskbook computes with it, by number, word or both: 3, "３", "3：高", "高"."""
    return whole(value, scale.numbers, scale.words, sentences=sentences)


def _contradicts(rest: str, number: int, labels: Mapping[str, int], grades: Mapping[int, int]) -> bool:
    """Whether a word after a number means another grade: "1：高", or "2：最重要", where 3 is the highest."""
    word = squeezed(re.sub(r"[()\[\]:=.、,・\s]", "", narrow(rest)))
    known = [meant for label, meant in labels.items() if squeezed(label) in (word, word.removesuffix("い"))]
    if known:
        return number not in known
    if not labels or any(typed != grade for typed, grade in grades.items()):
        return False  # a profile said what the numbers mean, whatever words stand beside them
    return (number != max(grades) and word in _ends(0)) or (number != min(grades) and word in _ends(-1))


@cache
def _ends(place: int) -> frozenset[str]:
    """The words that are the first (0) or the last (-1) of every order of grades that they are in."""
    orders = [tuple(map(squeezed, order)) for order in word_orders()]
    ends = {order[place] for order in orders}
    return frozenset(word for word in ends if all(order[place] == word for order in orders if word in order))


def _is_said_of_grade(rest: str, labels: Mapping[str, int]) -> bool:
    """Whether what stands after a number names or explains its grade: "3：高", "3 極めて重要", "3*"."""
    word = re.sub(r"[()\[\]:=.、,・\s]", "", narrow(rest))
    if word in ("", "*", "※") or any(squeezed(word) == squeezed(label) for label in labels):
        return True
    return bool(re.match(r"\s*[:=.、(\s]", narrow(rest))) and not re.search(r"\d", rest)


def _whole_number(value: float, allowed: Mapping[int, int]) -> Parsed:
    """A numeric cell as a number of a scale."""
    if not math.isfinite(value) or value != int(value) or int(value) not in allowed:
        return Parsed(problem="zero" if value == 0 else "out-of-range")
    return Parsed(allowed[int(value)])


def mark(value: Any, yes: Iterable[str], no: Iterable[str]) -> Parsed:
    """A mark: True or False; an unreadable one counts as marked, with a problem."""
    if is_blank(value):
        return Parsed(False)
    if isinstance(value, bool):
        return Parsed(value)
    shown = squeezed(text(value) or "")
    shown = shown.rstrip("。．.") or shown
    yes_words, no_words = ({squeezed(word) for word in words} for words in (yes, no))
    if shown in no_words:
        return Parsed(False)
    if shown in yes_words:
        return Parsed(True)
    bare = re.sub(r"\([^()]*\)$", "", shown)
    if bare in yes_words or bare in no_words:
        return Parsed(bare in yes_words, "mark-note" if bare in yes_words else "mark-none-note")
    if match := _COUNT.fullmatch(shown):
        return Parsed(int(match[1]) > 0, "mark-count")
    return Parsed(True, problem="unreadable")


def media(value: Any, method: Method) -> Parsed:
    """The canonical names of the media that a cell names, as a tuple in their order."""
    if is_blank(value):
        return BLANK
    raw = text(value) or ""
    spelled = method.media_by_spelling
    name = _medium(squeezed(raw), spelled)
    if name:
        canonical = raw == name or raw in {medium.en for medium in method.media}
        return Parsed((name,), "" if canonical else "spelling")
    pieces = [piece for piece in re.split(r"[、,，/／・;；\n＋+&＆]|および|及び|又は|または", raw) if piece.strip()]
    names = [_medium(squeezed(piece), spelled) for piece in pieces]
    # Spaces separate only where every word is a medium: names of media may hold spaces.
    if not all(names) and len(words := raw.split()) > 1 and all(_medium(squeezed(word), spelled) for word in words):
        pieces, names = words, [_medium(squeezed(word), spelled) for word in words]
    known = tuple(dict.fromkeys(name for name in names if name))
    if len(pieces) > 1 and known:
        unknown = [piece.strip() for piece, name in zip(pieces, names, strict=True) if not name]
        return Parsed(known, "" if len(known) > 1 else "spelling", problem="partly" if unknown else "")
    guessed = _misspelt(squeezed(raw), spelled)
    return Parsed((guessed,), "misspelt") if guessed else Parsed(problem="unknown")


def nearest_medium(text: str, method: Method) -> str:
    """The medium with the most similar spelling, as a guess for people to check; the first one where none is."""
    spelled = method.media_by_spelling
    close = similar_to(squeezed(text[:_LONGEST]), spelled, 0.3)
    return spelled[close[0]] if close else method.medium_names[0]


def _misspelt(key: str, spelled: Mapping[str, str]) -> str | None:
    """The one medium that a spelling is close to; None for two, or where the difference changes the meaning."""
    if len(key) < 4:  # in so short a text one character makes another word
        return None
    close = similar_to(key, spelled, 0.84)[:3]
    if len({spelled[match] for match in close}) != 1:
        return None
    differing = set(key) ^ set(close[0])
    return None if differing & TURNS_MEANING else spelled[close[0]]


def _medium(key: str, spelled: Mapping[str, str]) -> str | None:
    """The medium of a folded spelling, with or without the text in brackets."""
    return spelled.get(key) or spelled.get(re.sub(r"\([^()]*\)", "", key))


def day(value: Any, *, end_of_month: bool = False, epoch: date = date(1899, 12, 30)) -> Parsed:
    """A date in any common form, Japanese eras included; a year or month alone is its first day.

    `end_of_month`: its last day instead. `epoch`: the day of serial number 0 in the workbook.
    """
    if is_blank(value):
        return BLANK
    if isinstance(value, datetime):
        return Parsed(value.date())
    if isinstance(value, date):
        return Parsed(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        # A date in a cell without a date format is a serial number: these are the years 1954 to 2119.
        if 20_000 <= value < 80_000:
            return Parsed(epoch + timedelta(days=int(value)), "serial")
        if 19_000_101 <= value <= 21_001_231:  # typed as 20260401
            value = str(int(value))
        else:
            return Parsed(problem="not-a-date")
    if len(str(value)) > _LONGEST:
        return Parsed(problem="not-a-date")
    clean, at_end = _plain_date(str(value))
    try:
        found = _dated(clean, at_end or end_of_month)
    except ValueError:  # 2026/2/30
        found = None
    return found or Parsed(problem="not-a-date")


def _plain_date(value: str) -> tuple[str, bool]:
    """A date without weekday, time of day, spaces and words around it, in arabic numerals; whether it says "end of"."""
    clean = re.sub(r"\s+", "", _TIME.sub("", tidied(value)))
    clean = _AFTER_DATE.sub("", clean)
    clean = _KANJI_NUMBER.sub(lambda match: _arabic(match[0]), clean)
    at_end = re.search(r"末日?$", clean)
    return (clean[: at_end.start()], True) if at_end else (clean, False)


def _arabic(kanji: str) -> str:
    """A number in kanji, by place (二〇二六) or with 十 (二十六), in arabic numerals."""
    if "十" not in kanji:
        return "".join(_KANJI_DIGITS[character] for character in kanji)
    tens, _, ones = kanji.partition("十")
    return str(10 * int(_KANJI_DIGITS.get(tens, "1")) + int(_KANJI_DIGITS.get(ones, "0")))


def _dated(clean: str, end: bool) -> Parsed | None:
    """The date of a plain text. Raises `ValueError` for a day that does not exist."""
    if match := _WESTERN.fullmatch(clean) or _COMPACT.fullmatch(clean):
        return Parsed(_date(int(match[1]), match[2], match[3], end), "date-text")
    if match := _FISCAL.fullmatch(clean):
        # 年度: the Japanese fiscal year, from April to March of the next year.
        year = int(match[3]) if match[3] else _of_era(match[1], match[2])
        return Parsed(date(year + 1, 3, 31) if end else date(year, 4, 1), "era" if match[1] else "date-text")
    if match := _ERA.fullmatch(clean):
        return Parsed(_date(_of_era(match[1], match[2]), match[3], match[4], end), "era")
    if (match := _SHORT_YEAR.fullmatch(clean)) and int(match[1]) >= _FIRST_SHORT_YEAR:
        century = 1900 if int(match[1]) > _LAST_SHORT_YEAR else 2000
        return Parsed(_date(century + int(match[1]), match[2], match[3], end), "date-text")
    for form in _ENGLISH_DATES if clean[:1].isascii() and re.search("[a-z]{3}", clean, re.IGNORECASE) else ():
        with contextlib.suppress(ValueError):
            found = datetime.strptime(clean, form).date()
            return Parsed(found if "%d" in form else _date(found.year, str(found.month), None, end), "date-text")
    return None


def _of_era(era: str, year: str) -> int:
    return (1 if year == "元" else int(year)) + _ERA_OFFSET[era[0].lower()]


def _date(year: int, month: str | None, day_: str | None, end: bool) -> date:
    if day_:
        return date(year, int(month or 1), int(day_))
    if not end:
        return date(year, int(month or 1), 1)
    number = int(month or 12)
    following = date(year + number // 12, number % 12 + 1, 1)
    return following - timedelta(days=1)


def retention(value: Any, method: Method, epoch: date = date(1899, 12, 30)) -> Parsed:
    """A retention: a number of years (float), a date, "permanent", or "none"; `epoch` as for `day`."""
    if is_blank(value):
        return BLANK
    words = method.retention
    if isinstance(value, str) and len(value) <= _LONGEST:
        shown = squeezed(value)
        if shown in {squeezed(word) for word in words.permanent}:
            return Parsed("permanent")
        if shown in {squeezed(word) for word in words.none}:
            return Parsed("none")
        clean = re.sub(r"\([^()]*\)|(?:末日?|まで|迄|保存|保管)+$", "", tidied(value).casefold()).strip()
        if clean in {squeezed(word) for word in words.permanent}:
            return Parsed("permanent")
        match = _SPAN.fullmatch(clean)
        if match and any(match.groups()) and float(match[1] or 0) <= _MOST_YEARS:
            years, months, days = (float(group or 0) for group in match.groups())
            return Parsed(years + months / 12 + days / 365, "" if clean == value.casefold() else "full-width")
        if clean.isdecimal() and len(clean) < 9 and int(clean) <= _MOST_YEARS:
            return Parsed(float(clean), "years-assumed")
        if match := re.fullmatch(r"((?:19|20|21)\d\d)年?", clean):
            return Parsed(date(int(match[1]), 12, 31), "date-text")
        return day(clean, end_of_month=True, epoch=epoch)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if 0 < value <= _MOST_YEARS:
            return Parsed(float(value), "years-assumed")
        if 1900 <= value <= 2199:
            return Parsed(date(int(value), 12, 31), "date-text")
    return day(value, end_of_month=True, epoch=epoch)


def yen_unit(header: str) -> int:
    """The unit in yen of numbers under a header: 10,000 under "対策費用（万円）"."""
    match = re.search(r"(億|百万|万|千)円", narrow(header))
    return _AMOUNT_UNITS[match[1]] if match else 1


def yen(value: Any, unit: int = 1) -> Parsed:
    """An amount in yen (float): 50000, "5万円", "¥50,000"; `unit`: of a number without one, in yen."""
    if is_blank(value):
        return BLANK
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Parsed(float(value) * unit) if value >= 0 and math.isfinite(value) else Parsed(problem="not-an-amount")
    shown = squeezed(str(value))
    if len(shown) == 1 and shown in _DASHES:
        return BLANK
    match = _AMOUNT.fullmatch(shown)
    if not match or match[1].startswith("-") or not match[1].strip(","):
        return Parsed(problem="not-an-amount")
    return Parsed(float(match[1].replace(",", "")) * (_AMOUNT_UNITS[match[2]] if match[2] else unit), "amount-text")
