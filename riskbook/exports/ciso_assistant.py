"""Files that CISO Assistant imports: assets, applied controls, the risk assessment, and its risk matrix.

The columns are those that the documentation of its data import wizard names; its command line uploads the same files.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from riskbook.method import Method
from riskbook.model import PLAN_KEYS, UNASSESSED, records, sha256
from riskbook.pipeline import AssessedWorkbook, printable
from riskbook.sheets import medium_word, reason_words, source_words, treatment_word
from riskbook.sheets.theme import level_colours
from riskbook.text import joined, label

ASSETS = ("ref_id", "name", "description", "domain", "type")
CONTROLS = ("ref_id", "name", "description", "domain", "status", "priority", "effort", "eta")
SCENARIOS = (
    "ref_id",
    "name",
    "description",
    "current_impact",
    "current_proba",
    "residual_impact",
    "residual_proba",
    "existing_applied_controls",
    "additional_controls",
    "assets",
    "treatment",
    "justification",
)
TREATMENTS = {"reduce": "mitigate", "retain": "accept", "avoid": "avoid", "transfer": "transfer", None: "open"}
_STATUS = {"open": "to_do", "planned": "to_do", "doing": "in_progress", "done": "in_progress"}  # as typed in the plan
_EFFORT = {"small": "S", "medium": "M", "large": "L"}
_LONGEST, _LONGEST_ID, _LONGEST_REASON = 200, 100, 2000  # characters of a name, reference and justification there
_PRIORITIES = 4
_UNSET = "--"  # a level that is not set; an empty cell would leave what an earlier import set
_NO_VALUE = frozenset(
    {"na", "n/a", "nan", "null", "none", "#n/a"}
)  # pandas, which reads the files there, takes them for empty
_SEPARATORS = str.maketrans({",": "，", ";": "；", "|": "｜", "\n": " ", "\r": " "})  # names in lists end at them

Row = dict[str, Any]


class Export:
    """The rows of each file, in `lang`. `names`: label in `risks` → name of the asset there, unique."""

    def __init__(self, result: AssessedWorkbook, lang: str) -> None:
        self._result, self._lang, self._method = result, lang, result.method
        self._rows = dict(zip(result.risks.index.tolist(), records(result.risks), strict=True))
        self._ids = _references(self._rows)
        self._names = self._unique_names()
        checks = result.assessment.ledger.checks
        self._questions = [] if checks is None else [row for row in records(checks) if row["answer"] in (1, 2, 3)]
        self._lines = {(row["number"], row["question"]): row for row in records(result.assessment.roadmap.measures)}

    def assets(self) -> Iterator[Row]:
        """The assets, all primary: they are information."""
        for index, row in self._rows.items():
            yield {
                "ref_id": self._ids[index],
                "name": self._names[index],
                "description": self._about(row),
                "domain": "",
                "type": "PR",
            }

    def controls(self) -> Iterator[Row]:
        """The questions of the check sheet that apply, as controls, each once."""
        taken: Counter[str] = Counter()
        for question in {_control(question): question for question in self._questions}.values():
            number = _number(question)
            taken[number] += 1
            line = self._lines.get((question["number"], question["question"]), {})
            step, due = line.get("step"), line.get("due_date")
            yield {
                "ref_id": number if taken[number] == 1 else f"{number}-{taken[number]}",
                "name": _control(question),
                "description": "" if not line else self._about_control(line),
                "domain": "",
                "status": self._status(question["answer"], line.get("state_key")),
                "priority": "" if step is None else min(int(step), _PRIORITIES),
                "effort": _EFFORT[line["effort_class"]] if line else "",
                "eta": "" if due is None else str(due)[:10],
            }

    def scenarios(self) -> Iterator[Row]:
        """A scenario an asset: what its risk is, and what the treatment makes of it."""
        for index, row in self._rows.items():
            existing, more = self._controls_of(row)
            yield {
                "ref_id": f"R.{self._ids[index]}"[:_LONGEST_ID],
                "name": self._names[index],
                "description": f"{self._why(row)}\n{self._about(row)}",
                **self._levels(row),
                "existing_applied_controls": "\n".join(existing),
                "additional_controls": "\n".join(more),
                "assets": self._names[index],
                "treatment": TREATMENTS[row["decided"]],
                "justification": str(row["decision_reason"] or "")[:_LONGEST_REASON],
            }

    def matrix(self) -> Row:
        """The method's risk matrix as a library that CISO Assistant loads."""
        return _library(self._method, self._lang)

    # --- words ---

    def _unique_names(self) -> dict[Any, str]:
        """A name an asset: it alone where it is the only one, else with medium, department and reference."""
        parts = {
            index: [
                row["name"] or label("due.unnamed", self._lang),
                medium_word(self._method, row["medium"], self._lang) or "",
                row["department"] or "",
                self._ids[index],
            ]
            for index, row in self._rows.items()
        }
        chosen: dict[Any, str] = {}
        for many in range(1, 5):
            said = {index: _named(one[:many]) for index, one in parts.items() if index not in chosen}
            times = Counter(name.casefold() for name in (*said.values(), *chosen.values()))
            alone = {
                index
                for index, name in said.items()
                if times[name.casefold()] == 1 and name.casefold() not in _NO_VALUE
            }
            chosen |= {index: name for index, name in said.items() if index in alone or many == 4}
        return chosen

    def _about(self, row: Row) -> str:
        place = self._result.assessment.ledger.locate(row, "name")
        words = {
            "business": row["business"],
            "medium": medium_word(self._method, row["medium"], self._lang),
            "department": row["department"],
            "note": row["note"],
        }
        said = [label(f"export.ciso.{name}", self._lang, words=text) for name, text in words.items() if text]
        return "\n".join(
            [*said, label("export.ciso.place", self._lang, file=printable(self._result.path.name), place=place)]
        )

    def _why(self, row: Row) -> str:
        suggested = treatment_word(self._method, row["treatment"], self._lang)
        why = reason_words(row, self._method, self._lang)
        if suggested is None:
            return why
        said = label("export.ciso.suggested", self._lang, treatment=suggested, why=why)
        return f"{said}\n{label('export.ciso.sources', self._lang, words=source_words(row, self._lang))}"

    def _about_control(self, line: Row) -> str:
        media = joined((medium_word(self._method, one, self._lang) for one in line["media"]), self._lang)
        said = [label("export.ciso.media", self._lang, words=media)]
        if line["assignee"] is not None:
            said.append(label("export.ciso.assignee", self._lang, words=str(line["assignee"])))
        return "\n".join(said)

    def _status(self, answer: int, state: str | None) -> str:
        """The status of a control: active by the answer, else as typed in the plan, else by the answer."""
        answers = self._method.answers
        if answer == answers.implemented:
            return "active"
        return _STATUS[state] if state is not None else "in_progress" if answer == answers.partly else "to_do"

    # --- levels ---

    def _levels(self, row: Row) -> Row:
        """The four grades; those of the residual risk where somebody has decided and the matrix has a field for it."""
        if row["level"] == UNASSESSED:
            return dict.fromkeys(("current_impact", "current_proba", "residual_impact", "residual_proba"), _UNSET)
        importance, likelihood, residual = (int(row[name]) for name in ("importance", "likelihood", "residual"))
        ascending = self._method.scale_of("likelihood").ascending
        fields = (one for one in ascending if self._method.risk(importance, one) == residual)
        left = None if row["decided"] is None else next(fields, None)
        return {
            "current_impact": impact_word(importance, self._lang),
            "current_proba": proba_word(likelihood, self._lang),
            "residual_impact": _UNSET if left is None else impact_word(importance, self._lang),
            "residual_proba": _UNSET if left is None else proba_word(left, self._lang),
        }

    def _controls_of(self, row: Row) -> tuple[list[str], list[str]]:
        """The names of the controls that a medium's check sheet says are in place, and of those that are to come."""
        if row["vulnerability_source"] != "sheet":  # typed in the row: the check sheet says nothing about it
            return [], []
        about = [one for one in self._questions if row["medium"] in one["media"]]
        done = [one["answer"] == self._method.answers.implemented for one in about]
        reduced = (row["decided"] or row["treatment"]) == "reduce"
        existing = [_control(one) for one, is_done in zip(about, done, strict=True) if is_done]
        return existing, [_control(one) for one, is_done in zip(about, done, strict=True) if reduced and not is_done]


def impact_word(grade: int, lang: str) -> str:
    """The name of an impact in the matrix; never a bare number, which importers turn into one with decimals."""
    return label("export.ciso.impact", lang, grade=grade)


def proba_word(grade: int, lang: str) -> str:
    """The name of a probability in the matrix."""
    return label("export.ciso.proba", lang, grade=grade)


def _references(rows: Mapping[Any, Row]) -> dict[Any, str]:
    """A reference an asset, the same each month: its ID in the ledger, else a digest of what identifies it."""
    typed = Counter(row["asset_id"] for row in rows.values())
    found: dict[Any, str] = {}
    taken: Counter[str] = Counter()
    for index, row in rows.items():
        own = row["asset_id"]
        if own is None or typed[own] > 1 or len(own) > _LONGEST_ID - 10:
            own = f"{sha256(json.dumps([row[name] for name in PLAN_KEYS], ensure_ascii=False).encode())[:10]}"
        own = f"RB-{own}"  # without letters in front, 001 would become 1 on the way
        taken[own] += 1
        found[index] = own if taken[own] == 1 else f"{own}-{taken[own]}"
    return found


def _named(parts: Sequence[str]) -> str:
    """A name with what distinguishes it in brackets."""
    name, *more = (part.translate(_SEPARATORS) for part in parts)
    behind = f" ({' / '.join(one[: _LONGEST // 4] for one in more if one)})" if any(more) else ""
    return f"{name[: _LONGEST - len(behind)]}{behind}"


def _number(question: Row) -> str:
    return "-".join(str(part) for part in (question["number"], question["item"]) if part)


def _control(question: Row) -> str:
    return _named([f"{_number(question)} {question['question']}".strip()])


def _library(method: Method, lang: str) -> Row:
    impacts, probabilities = (method.scale_of(name).ascending for name in ("importance", "likelihood"))
    levels = list(reversed(method.levels))
    keys = [level.key for level in levels]
    # Each language has its own, since one matrix cannot be loaded in two.
    urn, name = f"{method.name.replace('.', '-')}-{lang}", label("export.ciso.matrix", lang, method=method.title[lang])

    def risk(impact: int, probability: int) -> int:
        level = method.level_of(method.risk(impact, probability))
        assert level is not None
        return keys.index(level.key)

    matrix = {
        "urn": f"urn:riskbook:risk:matrix:{urn}",
        "ref_id": urn,
        "name": name,
        "description": method.title[lang],
        "probability": [_grade(place, proba_word(one, lang), str(one)) for place, one in enumerate(probabilities)],
        "impact": [_grade(place, impact_word(one, lang), str(one)) for place, one in enumerate(impacts)],
        "risk": [
            _grade(place, level.word[lang], level.word[lang][:1])
            | {"hexcolor": f"#{level_colours(method, level.key)[0]}"}
            for place, level in enumerate(levels)
        ],
        "grid": [[risk(impact, probability) for impact in impacts] for probability in probabilities],
    }
    return {
        "urn": f"urn:riskbook:risk:library:{urn}",
        "locale": lang,
        "ref_id": urn,
        "name": name,
        "description": method.title[lang],
        "copyright": method.title[lang],
        "version": 1,
        "provider": "riskbook",
        "packager": "riskbook",
        "objects": {"risk_matrices": [matrix]},
    }


def _grade(place: int, name: str, short: str) -> Row:
    return {"id": place, "abbreviation": short, "name": name, "description": name}
