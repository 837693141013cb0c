"""Whether the approval of a risk that stays holds: what is missing, not understood, past, or outdated, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from riskbook.analysis import APPROVAL
from riskbook.reading import day
from riskbook.report.wording import Wording
from riskbook.sheets import words
from riskbook.sheets.words import Row
from riskbook.text import label

# What people type where nobody or no day is known yet; so is a text without any letter, such as "-".
_NOTHING = frozenset(
    {
        "未定",
        "未記入",
        "未承認",
        "未確認",
        "検討中",
        "確認中",
        "承認待ち",
        "なし",
        "無し",
        "無",
        "不明",
        "tbd",
        "n/a",
        "none",
    }
)


def is_given(value: Any) -> bool:
    """Whether a cell names something: not blank, no sign such as "-", no word such as 未定."""
    said = "" if value is None else str(value).strip().casefold()
    return said not in _NOTHING and any(sign.isalnum() for sign in said)


def approval_words(wording: Wording, row: Row) -> tuple[bool, str]:
    """Whether the approval of a risk that stays holds, and the same in words."""
    missing, lapsed = list(_missing(wording, row)), list(_lapsed(wording, row))
    if missing:
        return False, wording.say("unapproved", reasons=missing + lapsed)
    return not lapsed, wording.say("lapsed", reasons=lapsed) if lapsed else wording.say("approved")


def _missing(wording: Wording, row: Row) -> Iterator[str]:
    """What the approval lacks: fields without a value, and days that are none."""
    names = {field: label(f"field.{field}", wording.lang) for field in APPROVAL}
    days = {"decided_on": day(row["decided_on"]).value, "review_by": row["review_date"]}
    blank = [names[field] for field in APPROVAL if row[field] is None]
    if blank:
        yield wording.say("approval-blank", fields=blank)
    for field in APPROVAL:
        if row[field] is not None and (days[field] is None if field in days else not is_given(row[field])):
            key = "approval-no-day" if field in days else "approval-nobody"
            yield wording.say(key, field=names[field], found=wording.typed(row[field]))


def _lapsed(wording: Wording, row: Row) -> Iterator[str]:
    """What has happened since: the review is past, or the risk has risen."""
    review: date | None = row["review_date"]
    if review is not None and review < wording.assessment.today:
        yield wording.say("approval-expired")
    risk, decided = words.number(row["risk"]), row["decided_risk"]
    if risk is not None and decided is not None and risk > decided:
        yield wording.say("approval-outdated", before=decided, risk=risk)
