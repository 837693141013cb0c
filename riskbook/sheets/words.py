"""Values of the assessment in words: places, reasons, treatments, media."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pandas as pd

from riskbook.method import Method
from riskbook.method.schema import Scale
from riskbook.model import CIA_FIELDS, FIELD, UNASSESSED, Finding, Location, Roadmap, settling_line, stays
from riskbook.sheets.theme import level_word
from riskbook.sheets.widths import shortened
from riskbook.text import both, finding_texts, has, joined, label

Row = Mapping[str, Any]
FORM_FACTORS = ("importance", "threat", "vulnerability")


def captions(key: str) -> tuple[str, str]:
    """The header of a column in Japanese and English: the label "col.KEY", else from the table of fields."""
    words = FIELD[key].words if key in FIELD and not has(f"col.{key}") else None
    return words or both(f"col.{key}")


def link_to(place: Location) -> str:
    """A link within the workbook, as xlsxwriter takes it."""
    quoted = place.sheet_name.replace("'", "''")
    return f"internal:'{quoted}'!{place.cell_ref or 'A1'}"


def medium_word(method: Method, name: str | None, lang: str) -> str | None:
    """A medium (canonical name) in `lang`."""
    if lang == "ja" or name is None:
        return name
    return next((medium.en for medium in method.media if medium.name == name), name)


def medium_words(method: Method, names: Sequence[str], lang: str) -> str:
    """Several media in `lang`; one word for all media."""
    if len(names) > 1 and set(names) == set(method.medium_names):
        return label("media.all", lang)
    return joined((medium_word(method, name, lang) for name in names), lang)


def treatment_word(method: Method, name: str | None, lang: str) -> str | None:
    """A treatment (one of TREATMENTS or None) in `lang`."""
    return None if name is None else method.treatments[name].word[lang]


def reason(row: Row, method: Method, lang: str) -> str:
    """Why a treatment is suggested, in one sentence with the row's own figures."""
    rule = row["rule"]
    if rule is None:
        return label("reason.unassessed", lang)
    # A rule of a user's own method has no sentence in the catalogue; a general one shows the figures.
    key = f"reason.{rule}" if has(f"reason.{rule}") and rule != "else" else _general_reason(method)
    floor = number(row["floor"])
    floor_level = method.level_of(floor or 0)
    return label(
        key,
        lang,
        importance=number(row["importance"]),
        threat=number(row["threat"]),
        vulnerability=number(row["vulnerability"]),
        likelihood=number(row["likelihood"]),
        accepted=method.acceptance and method.acceptance.at_most,
        risk=number(row["risk"]),
        level=level_word(method, row["level"], lang),
        medium=medium_word(method, row["medium"], lang),
        floor=floor,
        floor_level=floor_level.word[lang] if floor_level else label("reason.gone", lang),
        until=row["retention_date"],
        cost=amount(row["cost"]),
        loss=amount(row["loss"]),
    )


def _general_reason(method: Method) -> str:
    return "reason.else" if method.has_vulnerability else "reason.else-likelihood"


def alternatives(row: Row, method: Method, lang: str) -> str:
    """The other treatments whose rules hold."""
    words = [treatment_word(method, name, lang) or "" for name, _ in row["alternatives"]]
    return joined(words, lang)


def question_words(row: Row, lang: str, width: int = 0) -> str:
    """A question by its number and text, cut to a display width unless that is 0."""
    text = str(row["question"] or "")
    return label("measure.question", lang, item=row["item"], question=shortened(text, width) if width else text)


def effort_words(row: Row, method: Method, lang: str) -> str:
    """What a question takes: its class with the days and yen that are left, as the next run reads them back."""
    return label(
        "measure.effort",
        lang,
        word=method.effort.of(row["effort_class"]).word[lang],
        low=f"{row['days_low']:.10g}",
        high=f"{row['days_high']:.10g}",
        least=f"{row['yen_low']:,.0f}",
        most=f"{row['yen_high']:,.0f}",
    )


def measure_words(row: Row, method: Method, lang: str) -> str:
    """A question in one line: number, text, cell and what it takes."""
    takes = days_and_yen(row["days"], row["yen"], lang)
    place = Location(row["sheet"], row["cell"])
    word = method.effort.of(row["effort_class"]).word[lang]
    return label("measure.line", lang, question=question_words(row, lang), place=place, word=word, takes=takes)


def days_and_yen(days: float, yen: float, lang: str) -> str:
    """Person-days and yen in one phrase, as people say estimates."""
    return label("measure.takes", lang, days=f"{days:,.1f}".removesuffix(".0"), yen=f"{yen:,.0f}")


def budget_words(roadmap: Roadmap, method: Method, lang: str, *, named: str = "marked") -> str:
    """What the best set of measures within the budget takes and brings down, and what remains.

    `named`: how the reader sees which measures they are: "marked" in the measure plan, or "listed" below.
    """
    budget, start = roadmap.budget, roadmap.start
    assert budget is not None
    worst = method.levels[0]
    params = {
        "which": label(f"measure.budget-{named}", lang, count=len(budget.measures)),
        "takes": days_and_yen(budget.spent_days, budget.spent_yen, lang),
        "level": lower(worst.word[lang]),
        "before": start.levels[worst.key],
        "after": budget.after.levels[worst.key],
        "risk_before": start.risk,
        "risk_after": budget.after.risk,
    }
    parts = [label("measure.budget" if budget.measures else "measure.budget-empty", lang, **params)]
    if budget.measures:
        key = "large" if budget.after.levels[worst.key] < start.levels[worst.key] else "risk"
        parts.append(label(f"measure.budget-{key}", lang, **params))
    over = (budget.yen is not None and budget.most_yen > budget.yen) or (
        budget.days is not None and budget.most_days > budget.days
    )
    if budget.measures and over:
        parts.append(label("measure.budget-most", lang, takes=days_and_yen(budget.most_days, budget.most_yen, lang)))
    if budget.smallest:
        taken = roadmap.measures.loc[list(budget.smallest), ["days", "yen"]].sum()
        needed = days_and_yen(float(taken["days"]), float(taken["yen"]), lang)
        parts.append(label("measure.budget-smallest", lang, count=len(budget.smallest), takes=needed))
    if not budget.proven:
        parts.append(label("measure.budget-unproven", lang))
    return ("" if lang == "ja" else " ").join(parts)


def sources(row: Row, lang: str) -> str:
    """The sources of threat and vulnerability, in words."""
    return " / ".join(label(f"source.{row[f'{name}_source']}", lang) for name in ("threat", "vulnerability"))


def finding_words(finding: Finding, method: Method, lang: str) -> tuple[str, str]:
    """The message of a finding and how to fix it, in `lang`, names of media included.

    Where a line of a profile settles what was not understood, the fix names it.
    """
    params = {**_grades(finding.code, method, lang), **finding.params}
    if lang != "ja":
        named = {"medium", "media", "allowed"} & params.keys()
        params |= {name: _media_in_english(params[name], method) for name in named}
    message, fix = finding_texts(finding.message_key, lang, params)
    if params.get("methods"):
        fix = f"{fix} {label('finding.methods', lang, methods=params['methods'])}"
    line = settling_line(finding)
    return (
        message,
        fix if not line or line in fix or "entry" in params else f"{fix} {label('finding.line', lang, line=line)}",
    )


def _grades(code: str, method: Method, lang: str) -> dict[str, Any]:
    """The grades that the cell of a finding may have ("3・2・1"), and the highest, as parameters of its sentences."""
    fields = {"cia": CIA_FIELDS, "scale": CIA_FIELDS, "threat": ("threat",)}
    scales = [method.scale_of(field) for field in fields.get(code.partition("-")[0], FORM_FACTORS)]
    shown = [grades_text(scale, lang) for scale in scales]
    return {"grades": " / ".join(dict.fromkeys(shown)), "highest": max(scale.highest for scale in scales)}


def grades_text(scale: Scale, lang: str) -> str:
    """The grades of a scale as people type them, the most severe first: "3・2・1", "3, 2 or 1"."""
    grades = [str(scale.turned(grade)) for grade in reversed(scale.ascending)]
    return "・".join(grades) if lang == "ja" else f"{', '.join(grades[:-1])} or {grades[-1]}"


def _media_in_english(value: Any, method: Method) -> Any:
    if isinstance(value, tuple):
        return tuple(_media_in_english(one, method) for one in value)
    # Also within a text: some findings list several media in one parameter.
    for medium in method.media:
        value = str(value).replace(medium.name, medium.en)
    return value


def number(value: Any) -> int | None:
    """A value of an Int64 column as int, None for NA."""
    if type(value) is int:
        return value
    return None if value is None or pd.isna(value) else int(value)


def amount(value: Any) -> str:
    """An amount in yen with separators, "-" for none."""
    return "-" if value is None or pd.isna(value) else f"{float(value):,.0f}"


def unassessed(row: Row) -> bool:
    """Whether the asset could not be assessed."""
    return bool(row["level"] == UNASSESSED)


def remaining(rows: Sequence[Row], method: Method) -> list[Row]:
    """The assets whose risk stays above the criterion of acceptance: retained, or there after what was decided."""
    return [
        row
        for row in rows
        if stays(row["decided"], row["state_key"]) and method.needs_decision(number(row["risk"]) or 0)
    ]


def lower(word: str) -> str:
    """A word as it stands within a sentence."""
    return word[:1].lower() + word[1:]


def signed(number: float) -> str:
    """A difference with its sign: "+2", "−2", "±0"."""
    return "±0" if not number else f"{number:+,g}".replace("-", "−")


_JAPAN = timezone(timedelta(hours=9), "JST")


def local_time(recorded: str, lang: str) -> str:
    """A time in UTC (ISO), for Japanese readers with their own beside it.

    Never the time zone of the machine: a package must be the same on every machine.
    """
    moment = datetime.fromisoformat(recorded)
    utc = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    return f"{moment.astimezone(_JAPAN):%Y-%m-%d %H:%M:%S} JST ({utc})" if lang == "ja" else utc


def deadline_words(entry: Mapping[str, Any], method: Method, lang: str) -> dict[str, str]:
    """The parts of a deadline in words: kind, subject (with business and medium), who, where."""
    about = [word for word in (entry["business"], medium_word(method, entry["medium"], lang)) if word]
    subject = entry["subject"] or label("due.unnamed", lang)
    who = "decided_by" if entry["kind"] == "review" else "assignee"
    return {
        "kind": label(f"due.kind.{entry['kind']}", lang),
        "subject": subject + (label("due.of", lang, words=about) if about else ""),
        "who": label(f"due.{who}", lang, name=entry[who]) if entry[who] and entry["kind"] != "retention" else "",
        "place": entry["place"] or "",
    }


def deadline_day(entry: Mapping[str, Any], lang: str) -> str:
    """When a deadline is, seen from the day on which it was listed."""
    if entry["date"] is None:
        return label("due.undated", lang, found=entry["found"])
    key = "due.overdue" if entry["days"] < 0 else "due.later" if entry["days"] else "due.today"
    return label(key, lang, date=entry["date"], days=abs(entry["days"]))
