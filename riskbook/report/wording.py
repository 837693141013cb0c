"""Words that several parts of a report share: levels, assets, days, and what people typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from riskbook.method import Method
from riskbook.model import STATES, UNASSESSED, Assessment
from riskbook.sheets import level_word, sheet_name, words
from riskbook.sheets.theme import level_colours
from riskbook.sheets.widths import shortened
from riskbook.sheets.words import Row
from riskbook.text import label

# The longest texts, in half-width characters: a longer one is cut, for one cell must not fill a page.
NAME, TYPED, LONG = 80, 240, 600


@dataclass(frozen=True)
class Wording:
    """What an assessment is called in the language of its report.

    `sheets`: kind → tab of riskbook's sheets that the workbook has already. `result_lang`: of those that a result gets.
    """

    assessment: Assessment
    method: Method
    lang: str
    sheets: Mapping[str, str] = field(default_factory=dict)
    result_lang: str = "ja"

    def say(self, key: str, **params: Any) -> str:
        """The text "report.KEY"."""
        return label(f"report.{key}", self.lang, **params)

    def day(self, value: date) -> str:
        """A day, as it stands in a table."""
        return self.say("date", year=value.year, month=value.month, day=value.day)

    def long_day(self, value: date) -> str:
        """A day, as it stands in a sentence."""
        return self.say("day", year=value.year, month=value.month, day=value.day)

    def typed(self, value: Any, read: date | None = None) -> str:
        """What a person typed into a cell: a date as a day, anything else as it stands there.

        `read`: the day as which it was read; it stands for a number, which is a date that lost its format.
        """
        if value is None:
            return ""
        if read is not None and isinstance(value, int | float):
            return self.day(read)
        return self.day(value) if isinstance(value, date) else self.short(value, TYPED)

    def short(self, value: Any, width: int) -> str:
        """A text cut to a width."""
        return shortened(str(value or "").strip(), width)

    def number(self, value: Any) -> str:
        """A number, "" for one that is not known."""
        known = words.number(value)
        return "" if known is None else str(known)

    def level(self, row: Row) -> dict[str, Any]:
        """The level of an asset in words, and its colour."""
        key = row["level"]
        return {"level": level_word(self.method, key, self.lang), "fill": level_colours(self.method, key)[0]}

    def asset(self, row: Row) -> dict[str, Any]:
        """What an asset is."""
        medium = words.medium_word(self.method, row["medium"] or row["medium_text"], self.lang)
        return {
            "name": self.short(row["name"], NAME) or label("due.unnamed", self.lang),
            "business": self.short(row["business"], NAME),
            "medium": self.short(medium, NAME),
        }

    def treatment(self, row: Row) -> str:
        """What was decided, in riskbook's word; what could not be read is said to be so, with what is suggested."""
        decided = words.treatment_word(self.method, row["decided"], self.lang)
        if decided is not None:
            return decided
        suggested = words.treatment_word(self.method, row["treatment"], self.lang)
        if row["decision"] is not None:
            key = "undecidable" if suggested is None else "undecidable-suggested"
            return self.say(key, found=self.typed(row["decision"]), treatment=suggested or "")
        return self.say("suggested", treatment=suggested) if suggested is not None else ""

    def state(self, line: Row) -> str:
        """The state of a line of a plan."""
        key = line["state_key"]
        return label(f"state.{key}", self.lang) if key in STATES else self.typed(line["state"])

    def more(self, count: int, kind: str) -> str:
        """That there are more of what is listed, and on which sheet; "" where there are not."""
        if count <= 0:
            return ""
        there = self.sheets.get(kind)
        name = there or sheet_name(kind, self.result_lang)
        return self.say("more" if there else "more-assess", count=count, sheet=name)

    def known_only(self, said: str) -> str:
        """A sentence about the assets; where some could not be assessed, said of the others, with their number."""
        count = self.assessment.counts()[UNASSESSED]
        return self.say("of-assessed", said=said, count=count) if count else said

    def together(self, *sentences: str) -> str:
        """Sentences one after the other, without those that say nothing."""
        return ("" if self.lang == "ja" else " ").join(one for one in sentences if one)
