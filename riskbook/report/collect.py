"""Everything that a report says, from an assessed workbook: the same sentences and figures as on riskbook's sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from riskbook import analysis, sheets
from riskbook.model import ERROR, INFO, STATES, UNASSESSED, by_kind, few
from riskbook.reading import day
from riskbook.report import plans
from riskbook.report.approval import approval_words, is_given
from riskbook.report.content import Accepted, Answer, Issue, Level, Report, Risk, Scale, Step, Unassessed
from riskbook.report.pictures import bars, heat_map
from riskbook.report.wording import LONG, NAME, Wording
from riskbook.sheets import explain, findings, roadmap, words
from riskbook.sheets.next_steps import NextSteps
from riskbook.sheets.summary.answers import assumed_rows
from riskbook.sheets.summary.figures import by_stage
from riskbook.sheets.theme import level_colours
from riskbook.sheets.widths import shortened
from riskbook.sheets.words import Row
from riskbook.text import joined, label

if TYPE_CHECKING:
    from riskbook.pipeline import AssessedWorkbook

_MOST_UNKNOWN, _MOST_STEPS, _MOST_ACCEPTED, _MOST_FINDINGS, _MOST_RANGES = 10, 8, 15, 12, 4
# What XML cannot hold: control characters but tab and line end, half surrogates, and two that are no characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_GONE = ("E5E7EB", "374151")  # fill and ink of assets without any risk left


def collect(result: AssessedWorkbook, lang: str) -> Report:
    """What a report about a workbook says in a language ("ja" | "en")."""
    about = _About(result, lang)
    content: dict[str, Any] = {}
    for part in (about.front, about.situation, about.highest, about.unknown, about.roadmap, about.accepted):
        content |= part()
    content |= plans.plan(about.wording, about.rows)
    content |= about.method() | about.findings()
    return cleaned(Report(**content))


_Any = TypeVar("_Any")


def cleaned(value: _Any) -> _Any:
    """The value with all texts in it as XML can hold them."""
    found: Any = value
    if isinstance(value, str):
        found = _FORBIDDEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    elif isinstance(value, tuple):
        found = tuple(map(cleaned, value))
    elif is_dataclass(value) and not isinstance(value, type):
        found = replace(value, **{one.name: cleaned(getattr(value, one.name)) for one in fields(value)})
    return cast(_Any, found)


@dataclass
class _About:
    """One workbook and the language of its report."""

    result: AssessedWorkbook
    lang: str

    def __post_init__(self) -> None:
        result = self.result
        self.overview = result.overview(self.lang)
        self.rows: list[Row] = [*sheets.placed_rows(result.assessment, analysis.ranked(result.risks))]
        there = result.sheets_there
        self.wording = Wording(result.assessment, result.method, self.lang, there, result.lang)

    def _say(self, key: str, **params: Any) -> str:
        return label(f"report.{key}", self.lang, **params)

    def front(self) -> dict[str, Any]:
        """The first page."""
        counts = self.result.summary
        return {
            "client": self.result.title,
            "day": self.wording.long_day(self.result.assessment.today),
            "source": self.result.path.name,
            "assets": sum(counts.values()),
            "unassessed": counts[UNASSESSED],
            "assumed": assumed_rows(self.result.assessment),
        }

    # --- the situation ---

    def situation(self) -> dict[str, Any]:
        """The summary, with its figures as pictures."""
        assessment, method = self.result.assessment, self.result.method
        planned, total = assessment.roadmap.planned, sum(self.result.summary.values())
        figures = by_stage(assessment, method, self.lang)
        stages = figures.rows[: 2 if self._has_plan() else 1]
        colours = [level_colours(method, key)[:2] for key in method.level_keys]
        falls = planned.risk != assessment.roadmap.start.risk
        key = "bars-open" if not self._has_plan() else "bars-planned" if falls else "bars-same"
        return {
            "answers": tuple(Answer(question, answer) for question, answer in self.overview.answers),
            "levels": tuple(
                Level(
                    word if name == UNASSESSED else label("summary.level", self.lang, level=word),
                    count,
                    label("summary.percent", self.lang, percent=round(100 * count / total)) if total else "",
                    planned.levels[name],
                    self.overview.colours[name][0],
                )
                for name, word, count in self.overview.counts
            ),
            "risk_sum": assessment.roadmap.start.risk,
            "heat_map": heat_map(self.overview, self.lang),
            "bars": bars(figures.columns, stages, [*colours, _GONE], self.lang),
            "bars_note": self.wording.known_only(
                self._say(key, before=assessment.roadmap.start.risk, after=planned.risk)
            ),
        }

    def _has_plan(self) -> bool:
        """Whether any measure that is open is planned, in progress or done."""
        measures = self.result.assessment.roadmap.measures
        return bool((measures["open"].astype(bool) & measures["state_key"].isin(STATES[1:])).any())

    # --- single risks ---

    def highest(self) -> dict[str, Any]:
        """The highest risks above what is accepted; where there is none, the highest of all."""
        known = [row for row in self.rows if not words.unassessed(row)]
        above = [row for row in known if self.result.method.needs_decision(words.number(row["risk"]) or 0)]
        shown = (above or known)[: sheets.TOP]
        more = len(above or known) - len(shown)
        steps = NextSteps(self.result.assessment, self.result.method, self.lang)
        return {
            "risks": tuple(self._risk(row, rank, steps) for rank, row in enumerate(shown, start=1)),
            "risks_more": self.wording.more(more, "plan" if above else "register"),
        }

    def _risk(self, row: Row, rank: int, steps: NextSteps) -> Risk:
        return Risk(
            rank=rank,
            risk=words.number(row["risk"]) or 0,
            **self.wording.level(row),
            **self.wording.asset(row),
            department=self.wording.short(row["department"], NAME),
            place=str(row["place"]),
            why=steps.reason(row),
            treatment=self.wording.treatment(row),
            decided=row["decided"] is not None,
            assumed="unknown" in (row["threat_source"], row["vulnerability_source"]),
            todo=self._todo(row, steps),
            who=plans.who(self.wording, row, steps.nearest(row)),
        )

    def _todo(self, row: Row, steps: NextSteps) -> str:
        """What to do: by the decision or else the suggestion; nothing more where a risk is retained and approved."""
        if row["decision"] is not None and row["decided"] is None:
            found = self.wording.typed(row["decision"])
            choices = [entry.word[self.lang] for entry in self.result.method.treatments.values()]
            return self._say("decide-anew", found=found, choices=choices)
        if row["decided"] == "retain" and approval_words(self.wording, row)[0] and is_given(row["decision_reason"]):
            return self._say("retained", risk=words.number(row["risk"]))
        return shortened(steps.proposal(row), LONG)

    def unknown(self) -> dict[str, Any]:
        """The assets that could not be assessed, each with what was found in its row."""
        rows = [row for row in self.rows if words.unassessed(row)]
        shown = rows[:_MOST_UNKNOWN]
        return {
            "unknown": tuple(
                Unassessed(self.wording.asset(row)["name"], str(row["place"]), self._why_unknown(row)) for row in shown
            ),
            "unknown_more": self.wording.more(len(rows) - len(shown), "register"),
        }

    def _why_unknown(self, row: Row) -> str:
        here = [
            self.result.words(finding, self.lang)[0]
            for finding in self.result.findings
            if finding.severity == ERROR
            and finding.location.sheet_name == row["sheet"]
            and finding.location.row_number == row["row"]
        ]
        said = here or [words.reason(row, self.result.method, self.lang)]
        return shortened(("" if self.lang == "ja" else " ").join(dict.fromkeys(said)), LONG)

    def accepted(self) -> dict[str, Any]:
        """The risks that stay above the criterion of acceptance, those that nobody approved first."""
        rows = words.remaining(self.rows, self.result.method)
        rows.sort(key=lambda row: approval_words(self.wording, row)[0])
        shown = rows[:_MOST_ACCEPTED]
        return {
            "accepted": tuple(map(self._accepted, shown)),
            "accepted_more": self.wording.more(len(rows) - len(shown), "plan"),
            "no_accepted": "" if rows else self.wording.known_only(self._say("no-accepted")),
        }

    def _accepted(self, row: Row) -> Accepted:
        approved, approval = approval_words(self.wording, row)
        asset = self.wording.asset(row)
        return Accepted(
            name=asset["name"],
            medium=asset["medium"],
            risk=self.wording.number(row["risk"]),
            **self.wording.level(row),
            approved=approved,
            approval=approval,
            decided_by=self.wording.typed(row["decided_by"]),
            decided_on=self.wording.typed(row["decided_on"], day(row["decided_on"]).value),
            reason=self.wording.typed(row["decision_reason"]),
            review_by=self.wording.typed(row["review_by"], row["review_date"]),
        )

    # --- the roadmap ---

    def roadmap(self) -> dict[str, Any]:
        """The steps."""
        assessment = self.result.assessment
        steps = assessment.roadmap.steps
        missing = "note.no-checks" if assessment.ledger.checks is None else "note.no-steps"
        return {
            "start": self._state(assessment.roadmap.start.levels),
            "steps": tuple(self._steps()),
            "steps_more": self.wording.more(len(steps) - _MOST_STEPS, "roadmap"),
            "no_steps": "" if steps else label(missing, self.lang),
        }

    def _steps(self) -> Iterator[Step]:
        assessment, lang = self.result.assessment, self.lang
        found = assessment.roadmap
        questions, names = roadmap.questions_of(found, lang), assessment.risks["name"].to_dict()
        for number, step in enumerate(found.steps[:_MOST_STEPS], start=1):
            days, yen = (float(found.measures.loc[list(step.measures), name].sum()) for name in ("days", "yen"))
            yield Step(
                number=number,
                measures=roadmap.named([questions[measure] for measure in step.measures], lang),
                count=len(step.measures),
                takes=words.days_and_yen(days, yen, lang),
                after=self._state(step.after.levels),
                risk=step.after.risk,
                assets=roadmap.fallen(step, names, lang),
                why=self.result.why(step, lang),
            )

    def _state(self, levels: Any) -> str:
        shown = [
            label(f"level.{key}", self.lang, count=count) for key, count in levels.items() if count or key != UNASSESSED
        ]
        return joined(shown, self.lang)

    # --- the method and the findings ---

    def method(self) -> dict[str, Any]:
        """The method in sentences, as `riskbook methods` explains it."""
        method, lang = self.result.method, self.lang
        accepted = label("methods.accepted-up-to", lang, at_most=method.accepted)
        return {
            "method": method.title[lang],
            "method_about": explain.about(method, lang),
            "scales": tuple(
                Scale(line, tuple(self._say("grade", grade=grade, meaning=meaning) for grade, meaning in grades))
                for line, grades in explain.scales(method, lang)
            ),
            "formulas": tuple(explain.formulas(method, lang)),
            "thresholds": explain.level_words(method, lang),
            "acceptance": accepted,
            "unassessed_means": self._say("unassessed-means", scale=method.unassessed.word[lang]),
        }

    def findings(self) -> dict[str, Any]:
        """The open findings by kind, errors first; what was only normalised is nothing to do."""
        kinds = by_kind(finding for finding in self.result.findings if finding.open and finding.severity != INFO)
        shown = kinds[:_MOST_FINDINGS]
        return {
            "findings": tuple(
                self._issue([findings.finding_row(one, self.result.method, self.lang) for one in kind])
                for kind in shown
            ),
            "findings_more": self.wording.more(len(kinds) - len(shown), "findings"),
        }

    def _issue(self, members: Sequence[Row]) -> Issue:
        first = members[0]["place"]
        cells = joined(few(findings.ranges_of(members), _MOST_RANGES), "en") if first.cell_ref else ""
        return Issue(
            severity=members[0]["severity"],
            fill=level_colours(self.result.method, members[0]["level"])[0],
            place=f"{first.sheet_name}!{cells}" if cells else first.sheet_name,
            message=shortened(findings.kind_message(members, self.lang), LONG),
            todo=shortened(members[0]["mend"], LONG),
        )
