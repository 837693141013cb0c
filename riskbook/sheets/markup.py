"""The columns beside a ledger: headers, values of this run, and conditional formats that follow edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from riskbook.method import Method
from riskbook.model import CIA_FIELDS, MARK_FIELDS, Assessment, LedgerMarkup, OwnColumn, OwnRule, joined_formula
from riskbook.sheets.theme import level_word
from riskbook.sheets.words import number, treatment_word
from riskbook.text import both, label

_SLOTS = ("own.risk", "own.level", "own.treatment", "own.basis")
_WIDTHS = (17, 12, 16)
_BRIEF_WIDTH = 22  # of the treatment alone, under the heading of the group
_SHOWN_BY = {"own.risk": "form.col.risk", "own.level": "form.col.size"}
# The fields on which a result rests, as far as a ledger has them.
_BASIS = ("name", "medium", *MARK_FIELDS, *CIA_FIELDS, "importance", "threat", "vulnerability", "retention")
_STALE_FILL, _STALE_INK = "E5E7EB", "6B21A8"


def headers() -> dict[str, int]:
    """The headers of riskbook's own columns, in every language → slot 0…2."""
    return {text: slot for slot, key in enumerate(_SLOTS) for text in both(key)}


def ledger_markups(assessment: Assessment, method: Method, lang: str) -> list[LedgerMarkup]:
    """The columns and conditional formats for each ledger table."""
    markups = []
    for place, table in enumerate(assessment.ledger.tables):
        rows = assessment.risks[(assessment.risks["table"] == place).to_numpy(dtype=bool)]
        shown: dict[str, list[int | str | None]] = {
            "own.risk": [number(value) for value in rows["risk"]],
            "own.level": [level_word(method, key, lang) for key in rows["level"]],
            "own.treatment": [treatment_word(method, name, lang) for name in rows["treatment"]],
        }
        columns = tuple(
            OwnColumn(slot, label(key, lang), width, _values(rows, shown[key]), shown_by=_shown_by(key))
            for slot, (key, width) in enumerate(zip(shown, _WIDTHS, strict=True))
        )
        followed = _followed(assessment, rows)
        # A row that the form assesses otherwise than riskbook shows its own result, whatever is edited.
        formulas = assessment.ledger.assets.loc[rows.index, "risk_formula"].to_numpy(dtype=bool)
        assessed = rows["risk"].notna().to_numpy()
        compared = frozenset(map(int, rows["row"][~formulas & assessed]))
        basis = tuple(field for field in _BASIS if field in table.columns)
        hidden = OwnColumn(3, label("own.basis", lang), 0, {}, joined=basis)
        group, rules = label("own.group", lang), _rules(method, lang, basis)
        brief = LedgerMarkup(
            table,
            group,
            (replace(columns[-1], width=_BRIEF_WIDTH), hidden),
            _rules(method, lang, basis, marked="own2"),
            frozenset(),
            frozenset(map(int, rows["row"][assessed])),
        )
        if compared:
            columns = (*columns, hidden)
        markups.append(
            LedgerMarkup(table, group, columns, rules, followed, compared, brief if assessed.any() else None)
        )
    return markups


def _shown_by(key: str) -> tuple[str, ...]:
    return both(_SHOWN_BY[key]) if key in _SHOWN_BY else ()


def _followed(assessment: Assessment, rows: pd.DataFrame) -> frozenset[int]:
    """The rows whose form computes a risk by formula: where it differs later, riskbook's result is outdated.

    Without the rows that riskbook assessed and the form cannot (it does not know a spelling of a medium): they would
    always differ.
    """
    assets = assessment.ledger.assets.loc[rows.index]
    shown = assets["risk"].notna().to_numpy() | rows["risk"].isna().to_numpy()
    formula = assets["risk_formula"].to_numpy()
    return frozenset(int(row) for row, follows in zip(rows["row"], shown & formula, strict=True) if follows)


def _values(rows: pd.DataFrame, values: Sequence[int | str | None]) -> dict[int, int | str | None]:
    return {int(row): value for row, value in zip(rows["row"], values, strict=True)}


def _rules(method: Method, lang: str, basis: tuple[str, ...], marked: str = "own0") -> tuple[OwnRule, ...]:
    """Colours by value, also for the form's own risk column; before them the mark of outdated results.

    `marked`: the column whose cells say so in words.
    """
    word = label("own.stale", lang)
    # Compared as texts, since Excel takes a blank cell as equal to 0.
    outdated = {
        "followed": '{risk}&""<>{own0}&""',
        "compared": f'{{own3}}<>"",{{own3}}<>{joined_formula(basis)}',
    }
    rules = []
    for rows, stale in outdated.items():
        grey = OwnRule(
            tuple(own for own in ("own1", "own2") if own != marked),
            stale,
            _STALE_FILL,
            _STALE_INK,
            rows=rows,
            italic=True,
        )
        said = replace(grey, columns=(marked,), number_format=f'0" ({word})";;;@" ({word})"')
        rules += [said, grey]
    above = method.highest_risk + 1
    for level in method.levels:
        in_words = f'{{own1}}="{level.word[lang]}"'
        rules.append(OwnRule(("own0", "own1"), in_words, level.fill, level.ink, bold=True))
        by_value = f"AND(ISNUMBER({{risk}}),{{risk}}>={level.at_least},{{risk}}<{above})"
        rules.append(OwnRule(("risk",), by_value, level.fill, level.ink))
        above = level.at_least
    unassessed = method.unassessed
    in_words = f'{{own1}}="{unassessed.word[lang]}"'
    rules.append(OwnRule(("own0", "own1"), in_words, unassessed.fill, unassessed.ink))
    return tuple(rules)
