"""What a text says about a scale: "(1-5)", "4段階", "4:極秘 3:秘", "高=1", "1が最も重要", in whatever signs people use.

Of a header all of it is about its column. Any other text counts only where what it speaks of last, before the
numbers, are the ratings: "リスク値（1～9）", "2段階で承認" and "別紙1-5" say nothing about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from riskbook.method import Scale, word_orders
from riskbook.model import narrow, squeezed

LONGEST = 300  # characters of a text that are looked at
MOST = 10  # a higher number is no grade

_CIRCLED = re.compile("[①-⑩]")
_ELSEWHERE = re.compile(  # what numbers refer to that are none of a scale: "別紙1-5", "第1～4四半期", "2026/4/1"
    r"(?:別紙|別表|表|図|附属書|付録|様式|資料|手順書?|第|章|項|annex|sections?|tables?|pages?|rev\.?|ver\.?|(?<![a-z])p\.?|(?<![a-z])q|iso\S*)"
    r"\s*[a-z]?\d+(?:\.\d+)*(?:\s*[-~〜–]\s*\d+(?:\.\d+)*)?|\d{2,4}[-/.]\d{1,2}[-/.]\d{1,2}"
)
_UNIT = r"(?![\d/年月日時]|\.\d|\s*(?:回|名|人|件|枚|社|号|棟|部|課|章|項|節|頁|ページ|営業所|シート|週|か月|ヶ月))"
_ENDS = re.compile(rf"(?<![\d/.中])(?<![a-z]-)(\d{{1,2}})\s*(?:[-–—~〜→‥]|\.{{2,3}}|から|to)\s*(\d{{1,2}}){_UNIT}")
_LISTED = re.compile(rf"(?<![\d/.])\d(?:(?:\s*[,、・/]|,?\s*(?:or|and|または|又は))\s*\d){{2,}}{_UNIT}")
_STEPS = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:段階(?!(?:の|で)?(?:承認|認証|決裁|確認|チェック)|から)|点満点|-?point|levels)"
)
_MOST_IS = re.compile(r"(?:最大値?|最高|満点|max\.?)\s*[::=]?\s*(\d)(?![\d/.%年月日時件名人回])")
_SMALL_IS_HIGH = re.compile(
    r"(?:数字|数値|番号|値)が(?:小さい|低い|少ない)(?:ほど|程)[^。]{0,6}(?:重要|高|大き|機密)"
    r"|(?:lower|smaller) (?:numbers?|values?)?\s*(?:is|are|means?) (?:more|higher)"
)
_END_WORDS: Mapping[bool, tuple[str, ...]] = {  # the highest and the lowest
    True: ("最も重要", "最重要", "最高", "極めて重要", "最も高", "highest", "most important", "the highest"),
    False: ("最低", "最も低", "最も軽", "lowest", "least important", "the lowest"),
}
_WORD = r"[^\d\s:=()\[\]~〜,、・/;→…。]+(?: [a-z]+)*"
_STRONG = r"\s*[:=(→⇒]\s*|\s*(?:…|\.{3})\s*|\s*(?:が|は| is )\s*"
_WEAK = r"\s*[.-]\s*|\s*"
_BY_NUMBER = re.compile(rf"(?<![\d/.])(?<!\d[~〜-])(\d{{1,2}})(?:({_STRONG})|{_WEAK})({_WORD})")
_BY_WORD = re.compile(rf"({_WORD})(?:({_STRONG})|{_WEAK})(\d{{1,2}})(?![\d/.])")

_LETTERS = re.compile("[a-z ]")
_NEAR = 5  # characters, but for letters
_TOPIC = r"機密性?|完全性|可用性|重要度|資産価値"
_FACTOR = {
    "threat": "脅威|発生頻度|threat",
    "vulnerability": "脆弱|ぜい弱|vulnerab",
    "likelihood": "発生可能性|可能性|likelihood",
}
_RATINGS = rf"{_TOPIC}|評価値?|尺度|段階|ランク|等級|格付|confidential|integrity|availab|scale|rating|rated"
_OTHER = (
    "リスク|対策|優先|対応|実施|進捗|成熟|取引先|委託先|満足|件数|人数|版|改訂|改定|旧|従来|以前|前回|前年|廃止|媒体|承認|目次.*"
    "|評価(?:者|日|会|担当|責任|期間|時期|スケジュール|対象|回数)|(?:評価|記入)(?:の|に関する|に当たっての)?(?:手順|流れ|注意|注記|留意)"
    "|risk|priorit|progress|maturity|reviewed|previous"
)


@dataclass(frozen=True)
class Stated:
    """A scale that a text states: its numbers, and what it calls them. `turned`: the lowest is the most important."""

    seen: str
    numbers: tuple[int, ...]
    turned: bool = False
    words: Mapping[int, str] = field(default_factory=dict)

    def differs(self, scale: Scale) -> bool:
        """Whether it is another scale than the method's."""
        own = set(scale.numbers)
        backwards = scale.numbers[min(own)] > scale.numbers[max(own)]  # the method's own
        if (self.turned and not backwards) or set(self.numbers) - own:
            return True
        labels = {squeezed(label): grade for label, grade in scale.words.items()}
        agree = all(labels.get(squeezed(word)) == scale.numbers[n] for n, word in self.words.items())
        # A scale that ends below the method's highest grade; a part of the method's own words is no such scale.
        return max(self.numbers) < max(own) and len(self.numbers) > 1 and not (self.words and agree)


def topic(shown: str, about: str = "", near: int | None = None) -> bool | None:
    """Whether a folded text last speaks of ratings (`about`: of that factor); None where it speaks of nothing.

    `near`: how many characters away from the beginning or the end at most; further away counts as something else.
    """
    wanted = _FACTOR.get(about, _RATINGS)
    others = "|".join([_OTHER, *(words for name, words in _FACTOR.items() if name != about)])
    others += f"|{_TOPIC}" if about else ""
    # What follows another subject belongs to it ("リスク評価値", "対策状況の評価"), up to the next sign.
    pattern = re.compile(rf"(?P<other>(?:{others})(?:(?!{_TOPIC})[^\s、。,:;=()×/・\d])*)|(?P<wanted>{wanted})")
    found = list(pattern.finditer(shown))
    if not found:
        return None
    last = found[-1]
    return last.lastgroup == "wanted" and (
        near is None
        or min(len(_LETTERS.sub("", part)) for part in (shown[: last.start()], shown[last.end() :])) <= near
    )


def stated(text: str, scale: Scale, *, about: str | None = None) -> Iterator[Stated]:
    """What a text states about a scale, as far as it differs from the method's.

    `about`: None for a header, all of which is about its column; else what the text must speak of: a factor, or "" for
    the evaluations.
    """
    shown = _CIRCLED.sub(lambda m: f" {ord(m[0]) - ord('①') + 1} ", text[:LONGEST])
    shown = _ELSEWHERE.sub(" ", narrow(shown).casefold())
    for start, found in _found(shown, scale, header=about is None):
        if found.differs(scale) and (about is None or _is_meant(shown, start, found, about, scale)):
            yield found


def _is_meant(shown: str, start: int, found: Stated, about: str, scale: Scale) -> bool:
    """Whether what a text states at a place is about the ratings."""
    ranked = len(found.words) > 2 and is_ranked(found.words.values(), scale)
    # A range far from the word that it belongs to is one of something else.
    near = None if found.words or "段階" in found.seen else _NEAR
    before = topic(re.sub(r"\([^()]*\)", "", shown[:start]), about, near)
    if before is not None:
        return before
    after = topic(shown[start + len(found.seen) :], about, near)
    if after is not None:
        return after and (ranked or not found.words)
    return not about and ranked and _has_no_gap(found)


def _has_no_gap(found: Stated) -> bool:
    return max(found.numbers) - min(found.numbers) + 1 == len(found.words)


def _found(shown: str, scale: Scale, *, header: bool) -> Iterator[tuple[int, Stated]]:
    """(place in the text, what is stated there) of all that looks like a scale."""
    known = set(scale.numbers)
    pairs = list(_pairs(shown, scale))
    if pairs:
        words = {number: word for _, number, word, _ in pairs}
        seen = " ".join(text for *_, text in pairs)
        numbers = tuple(range(min(words), max(words) + 1))
        if len(words) == 1:
            numbers = tuple(range(min(1, *words), max(*words, 2) + 1))
        turned = is_turned(words, scale)
        if len(words) > 1 or turned or max(words) > max(known):
            yield pairs[0][0], Stated(seen, numbers if not turned else _whole(numbers, known), turned, words)
    for match in _ENDS.finditer(shown):
        low, high = sorted((int(match[1]), int(match[2])))
        if low in (0, 1) and 1 < high <= MOST and [low, high] != [min(known), max(known)]:
            yield match.start(), Stated(match[0], tuple(range(low, high + 1)))
    for match in _LISTED.finditer(shown):
        listed = sorted({int(digit) for digit in re.findall(r"\d", match[0])})
        if listed[0] in (0, 1) and listed == list(range(listed[0], listed[-1] + 1)):
            yield match.start(), Stated(match[0], tuple(listed))
    for match in (*_STEPS.finditer(shown), *(_MOST_IS.finditer(shown) if header else ())):
        if int(match[1]) != len(known) and 1 < int(match[1]) <= MOST:
            yield match.start(), Stated(match[0], tuple(range(1, int(match[1]) + 1)))
    if turned_round := _SMALL_IS_HIGH.search(shown):
        yield turned_round.start(), Stated(turned_round[0], tuple(sorted(known)), True)


def _whole(numbers: tuple[int, ...], known: set[int]) -> tuple[int, ...]:
    """The numbers of a turned scale: those of the method's where it names only some of them."""
    return tuple(sorted(known)) if set(numbers) < known else numbers


def _pairs(shown: str, scale: Scale) -> list[tuple[int, int, str, str]]:
    """(place, number, word, text) of grades with words: "4:極秘", or "極秘:4", whichever way more signs say so."""
    by_number = [(m.start(), int(m[1]), m[3].strip(), bool(m[2]), m[0].strip()) for m in _BY_NUMBER.finditer(shown)]
    by_word = [(m.start(), int(m[3]), m[1].strip(), bool(m[2]), m[0].strip()) for m in _BY_WORD.finditer(shown)]
    best: list[tuple[int, int, str, str]] = []
    score = (0, 0)
    for candidates, any_word in ((by_number, True), (by_word, False)):
        fit = [one for one in candidates if one[1] <= MOST and (is_known(one[2], scale) or (any_word and one[3]))]
        if not all(one[3] for one in fit) and not is_ranked([one[2] for one in fit], scale):
            fit = [one for one in fit if one[3]]
        reached = (sum(one[3] for one in fit), len(fit))
        if len({one[1] for one in fit}) == len(fit) and reached > score:
            best, score = [(start, number, word, text) for start, number, word, _, text in fit], reached
    return best


def is_known(word: str, scale: Scale) -> bool:
    """Whether a word is one of those that houses grade by."""
    key = squeezed(word)
    return _is_end(word) is not None or key in {
        squeezed(one) for order in (scale.words, *word_orders()) for one in order
    }


def is_ranked(words: Iterable[str], scale: Scale) -> bool:
    """Whether words belong to one order of grades."""
    keys = {squeezed(word) for word in words if _is_end(word) is None}
    return any(keys <= set(map(squeezed, order)) for order in (scale.words, *word_orders()))


def _is_end(word: str) -> bool | None:
    """True for a word that says "the highest", False for "the lowest"."""
    key = squeezed(word)
    return next((top for top, ends in _END_WORDS.items() if key.startswith(tuple(map(squeezed, ends)))), None)


def is_turned(words: Mapping[int, str], scale: Scale) -> bool:
    """Whether the words say that the lowest number is the most important."""
    low, high = min(words), max(words)
    if _is_end(words[low]) is True:
        return low < 2 and (low != high or low < max(scale.numbers))
    if _is_end(words[high]) is False:
        return high > 1
    if low == high:
        return False
    first, last = squeezed(words[low]), squeezed(words[high])
    labels = {squeezed(label): grade for label, grade in scale.words.items()}
    if first in labels and last in labels:
        return labels[first] > labels[last]
    for order in word_orders():
        places = {squeezed(word): place for place, word in enumerate(order)}
        if first in places and last in places and first != last:
            return places[first] < places[last]
    return False
