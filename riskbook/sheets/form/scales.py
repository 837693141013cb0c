"""The grades of a method on the form: choices and their meanings, and the parts of formulas that turn them round."""

from __future__ import annotations

from typing import Any

from riskbook.method.schema import Scale
from riskbook.model import CIA_FIELDS
from riskbook.sheets.form.parts import Form
from riskbook.sheets.words import grades_text

_USUAL = (1, 2, 3)  # the grades whose meaning is the guideline's
_LONGEST_LIST = 255  # characters of a drop-down list
_COLON = {"ja": "：", "en": ": "}


def typed_grades(scale: Scale) -> list[int]:
    """The grades as people type them, the most severe first."""
    return [scale.turned(grade) for grade in reversed(scale.ascending)]


def shown(form: Form, factor: str) -> str:
    """The grades of a factor in words: "3・2・1"."""
    return grades_text(form.method.scale_of(factor), form.lang)


def is_usual(scale: Scale) -> bool:
    """Whether the meanings of the guideline's three grades are those of this scale."""
    return scale.ascending == _USUAL and not scale.reversed and not scale.meanings


def meanings(form: Form, factor: str) -> tuple[str, list[tuple[int, str]]]:
    """What an evaluation is about, and (grade as typed, meaning or "") of each grade, the most severe first."""
    scale = form.method.scale_of(factor)
    asked, *usual = form.word(f"help.{factor}").split("\n")
    if is_usual(scale):
        return asked, [(int(line[0]), line[2:].strip()) for line in usual]
    grades = typed_grades(scale)
    return asked, [(grade, scale.meanings[grade][form.lang] if scale.meanings else "") for grade in grades]


def message(form: Form, factor: str) -> str:
    """The input message of an evaluation: what it is about, and its grades with their meaning."""
    if is_usual(form.method.scale_of(factor)):
        return form.word(f"help.{factor}")
    asked, grades = meanings(form, factor)
    lines = [f"{grade}{_COLON[form.lang]}{meaning}" for grade, meaning in grades if meaning]
    return "\n".join([asked, *(lines or [shown(form, factor)])])


def choices(form: Form, factor: str) -> list[Any]:
    """The choices of a drop-down of grades with their meanings; without these where they do not fit into one."""
    scale = form.method.scale_of(factor)
    if is_usual(scale):
        return [form.word(f"frequency.{grade}") for grade in typed_grades(scale)]
    texts = [
        f"{grade}{_COLON[form.lang]}{scale.meanings[grade][form.lang]}" if scale.meanings else str(grade)
        for grade in typed_grades(scale)
    ]
    fits = len(",".join(texts)) <= _LONGEST_LIST and not any("," in text for text in texts)
    return texts if fits else typed_grades(scale)


def turned(scale: Scale, cell: str) -> str:
    """The part of a formula for the grade that riskbook computes with, of one that people type, or back."""
    return f"({scale.lowest + scale.highest}-{cell})" if scale.reversed else cell


def leading_number(scale: Scale, cell: str) -> str:
    """The part of a formula that takes the number from a choice such as "3：…"."""
    digits = "1" if scale.highest < 10 else f'FIND(":",SUBSTITUTE({cell},"：",":")&":")-1'
    return f"VALUE(LEFT({cell},{digits}))"


def importance(form: Form, cells: tuple[str, str, str], area: str) -> str:
    """The formula of importance over the three evaluations (`cells`, or all as an `area`)."""
    rule, scales = form.method.importance.rule, [form.method.scale_of(field) for field in CIA_FIELDS]
    needed, function = {"max": (1, "MAX"), "sum": (3, "SUM"), "product": (3, "PRODUCT")}[rule]
    values = area
    if any(scale.reversed for scale in scales):
        parts = zip(scales, cells, strict=True)
        values = ",".join(f'IF({cell}="",0,{turned(scale, cell)})' for scale, cell in parts)
    enough = "=0" if needed == 1 else f"<{needed}"
    computed = turned(form.method.scale_of("importance"), f"{function}({values})")
    return f'=IF(COUNT({area}){enough},"",{computed})'
