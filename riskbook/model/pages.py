"""The kinds of riskbook's own sheets, and which of them a run writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# In tab order, as `riskbook.sheets.registry.SHEETS` has them.
SHEET_KINDS = (
    "summary",
    "register",
    "plan",
    "measures",
    "roadmap",
    "changes",
    "findings",
    "self_check",
    "cloud",
    "action",
    "regulations",
    "threats",
    "transfer",
    "response",
    "reference",
)
# General knowledge, or an empty list to fill in: written where asked for, and where they stand already.
ASKED_KINDS = ("threats", "transfer", "response", "reference")
ALL_PAGES = "all"  # stands for every kind


@dataclass(frozen=True)
class Pages:
    """Which of riskbook's sheets are written.

    `more`: the kinds of ASKED_KINDS that are asked for. `only`: the kinds that are written, and no others but `more`;
    all that concern the workbook where empty.
    """

    more: tuple[str, ...] = ()
    only: tuple[str, ...] = ()

    def over(self, other: Pages) -> Pages:
        """Both merged: kinds that this one asks for are added; where it names the only ones, the other has no say."""
        if self.only:
            return self
        return Pages(tuple(dict.fromkeys((*other.more, *self.more))), other.only)


def page_kinds(names: Iterable[str], known: Sequence[str]) -> tuple[str, ...] | None:
    """The kinds of these names, each once, in which "-" may stand for "_", and "all" for every one; None for others."""
    kinds: list[str] = []
    for name in names:
        kind = name.strip().casefold().replace("-", "_")
        if kind not in (*known, ALL_PAGES):
            return None
        kinds += known if kind == ALL_PAGES else [kind]
    return tuple(dict.fromkeys(kinds))
