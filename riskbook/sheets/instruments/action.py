"""The sheet SECURITY ACTION: which stars may be declared, what is missing, and the answers as evidence."""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method, Star
from riskbook.model import Assessment, Readiness, Requirement
from riskbook.sheets.instruments.blocks import Blocks, evidence_words, place_of
from riskbook.sheets.listing import Column, plain
from riskbook.sheets.sheet import Context, Sheet, Written
from riskbook.text import has, label

_WIDTHS = (15, 42, 20, 62, 22)
_LEVELS = {"met": "small", "missing": "large", "unknown": "unassessed"}
_STARS = (
    Column("star", 0, "wrap", plain("name")),
    Column("asks", 0, "wrap", plain("asks")),
    Column("verdict", 0, "level", plain("verdict")),
    Column("missing", 0, "wrap", plain("missing")),
)
_POINTS = (
    Column("number", 0, "centre", plain("number")),
    Column("requirement", 0, "wrap", plain("name")),
    Column("verdict", 0, "level", plain("verdict")),
    Column("evidence", 0, "wrap", plain("evidence")),
    Column("evidence-cell", 0, "link", plain("place")),
)


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the stars, the basic rules and the requirements."""
    theme, assessment, method, lang = context.theme, context.assessment, context.method, context.lang
    spec, ready = method.instruments.action, assessment.instruments.readiness
    count = len(method.rules)
    blocks = Blocks(sheet, theme, lang, _WIDTHS)
    blocks.start("action", spec.note[lang])
    blocks.source(spec.source)
    blocks.heading(label("action.stars", lang))
    stars = []
    for star, done in zip(spec.stars, ready.stars, strict=True):
        open_ = missing_needs(star, ready)
        stars.append(
            {
                "name": star.name[lang],
                "asks": star.asks[lang].format(count=count),
                "level": "small" if done else "large",
                "verdict": star_words(star, ready, lang),
                "missing": "\n".join(_todo(need, assessment, method, lang) for need in open_)
                or label("items.none", lang),
            }
        )
    blocks.table(_STARS, stars)
    blocks.heading(label("action.rules", lang, count=count))
    names = {str(rule.number): rule.name[lang] for rule in method.rules}
    blocks.table(_POINTS, [_point(rule, rule.key, names[rule.key], "action", method, lang) for rule in ready.rules])
    blocks.source(method.rules_source)
    blocks.heading(label("action.needs", lang))
    rows = []
    for place, need in enumerate(ready.needs, start=1):
        name = _words("need", need.key, method, lang, count=count)
        rows.append(_point(need, place, name, "need", method, lang))
    blocks.table(_POINTS, rows)
    return Written(blocks.area())


def missing_needs(star: Star, ready: Readiness) -> list[Requirement]:
    """The requirements of a star that are not met."""
    return [need for need in ready.needs if need.key in star.needs and need.state != "met"]


def star_words(star: Star, ready: Readiness, lang: str) -> str:
    """Whether a star may be declared, or the number of points that are missing, in words."""
    missing = sum(len(_open_rules(ready)) if need.key == "rules" else 1 for need in missing_needs(star, ready))
    return label("action.not-ready", lang, count=missing) if missing else label("action.ready", lang)


def _open_rules(ready: Readiness) -> list[Requirement]:
    return [rule for rule in ready.rules if rule.state != "met"]


def _todo(need: Requirement, assessment: Assessment, method: Method, lang: str) -> str:
    """What to do about a missing requirement."""
    if need.key == "self-check" and assessment.instruments.self_check is None:
        return label("action.lacks-sheet", lang)
    ready = assessment.instruments.readiness
    names = {str(rule.number): rule.name[lang] for rule in method.rules}
    open_ = [names[rule.key] for rule in _open_rules(ready)]
    return _words("lacks", need.key, method, lang, count=len(names), names=open_)


def _words(kind: str, key: str, method: Method, lang: str, **params: object) -> str:
    """A requirement in words: its label, or the statement itself where a user's own method defines it."""
    if has(f"action.{kind}-{key}"):
        return label(f"action.{kind}-{key}", lang, **params)
    statements = method.instruments.self_check.statements
    return next(str(statement[lang]) for statement in statements if statement.key == key)


def _point(need: Requirement, number: object, name: str, kind: str, method: Method, lang: str) -> dict[str, Any]:
    verdict = "action.need-met" if kind == "need" and need.state == "met" else f"action.{need.state}"
    verdict = "action.doubtful" if need.doubtful else verdict
    evidence = [one for one in need.evidence if one.place.cell_ref]
    return {
        "number": str(number),
        "name": name,
        "level": "medium" if need.doubtful else _LEVELS[need.state],
        "verdict": label(verdict, lang),
        "evidence": evidence_words(evidence, method, lang) or None,
        "place": place_of(need.evidence),
    }


def _sentence(assessment: Assessment, method: Method, lang: str) -> str:
    ready = assessment.instruments.readiness
    stars = [f"{star.name[lang]} {star_words(star, ready, lang)}" for star in method.instruments.action.stars]
    return label("summary.action", lang, stars="　".join(stars))


SHEET = Sheet("action", write, proofs=("note.action",), sentence=_sentence)
