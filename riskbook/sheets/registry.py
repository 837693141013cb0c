"""All of riskbook's own sheets, in tab order. To add a sheet, write its module and list it here."""

from __future__ import annotations

from collections.abc import Sequence

from riskbook.method import Method
from riskbook.model import OwnHeaders, OwnList, OwnSignature
from riskbook.sheets import changes, findings, markup, measures, plan, register, roadmap
from riskbook.sheets.instruments import action, cloud, facts, regulations, response, self_check, threats
from riskbook.sheets.sheet import Sheet
from riskbook.sheets.summary import sheet as summary
from riskbook.text import LANGUAGES, both, label

SHEETS: tuple[Sheet, ...] = (
    summary.SHEET,  # the tab that is open when Excel opens the workbook
    register.SHEET,
    plan.SHEET,
    measures.SHEET,
    roadmap.SHEET,
    changes.SHEET,
    findings.SHEET,
    self_check.SHEET,
    cloud.SHEET,
    action.SHEET,
    regulations.SHEET,
    threats.SHEET,
    facts.TRANSFER,
    response.SHEET,
    facts.REFERENCE,
)
_USUAL_RISK = 9  # the highest by the guideline, in results from before another method was chosen
KINDS = tuple(sheet.kind for sheet in SHEETS)


def sheet_name(kind: str, lang: str) -> str:
    """The tab name of one of riskbook's sheets."""
    return label(f"sheet.{kind}", lang)


def editable_fields() -> dict[str, tuple[str, ...]]:
    """The fields that people fill in, by kind of editable sheet."""
    return {kind: own.typed for kind, own in _lists().items() if own.editable}


def note_places(kind: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The `keys` and `inputs` of a kind of sheet."""
    sheet = next(sheet for sheet in SHEETS if sheet.kind == kind)
    return sheet.keys, sheet.inputs


def note_headings() -> frozenset[str]:
    """The heading of the block of moved notes on a generated sheet, in every language."""
    return frozenset(both("note.moved"))


def note_heading(lang: str) -> str:
    """The heading of the block of moved notes."""
    return label("note.moved", lang)


def own_captions() -> frozenset[str]:
    """The headings of riskbook's columns in a ledger, in every language."""
    return frozenset((*markup.headers(), *both("own.group")))


def own_headers(method: Method) -> OwnHeaders:
    """The headers by which reading recognises riskbook's own columns and lists."""
    words = {slot: allowed for slot, allowed in signature(method).words.items() if slot}  # the first has numbers
    return OwnHeaders(markup.headers(), _lists(), measures.states(method), words)


def _lists() -> dict[str, OwnList]:
    """How the lists that are read back on the next run are read, by kind of sheet."""
    return {sheet.kind: sheet.reads() for sheet in SHEETS if sheet.reads is not None}


def own_words(method: Method, lang: str) -> dict[str, str]:
    """Maps riskbook's captions and drop-down lists on editable sheets, in any language, to their text in `lang`."""
    keys = [key for sheet in SHEETS for key in sheet.words]
    words = {text: both(key)[LANGUAGES.index(lang)] for key in keys for text in both(key)}
    for sheet in SHEETS:
        now = sheet.choices(method, lang)
        for other in LANGUAGES:
            for field, choices in sheet.choices(method, other).items():
                words[_as_list(choices)] = _as_list(now[field])
    return words


def _as_list(choices: Sequence[str]) -> str:
    """The choices of a drop-down list as Excel stores them."""
    return '"' + ",".join(choices) + '"'


def signature(method: Method) -> OwnSignature:
    """How riskbook's sheets and columns are recognised without their marks."""
    tabs = {}
    for sheet in SHEETS:
        for place in range(len(LANGUAGES)):
            proofs = tuple(both(key)[place] for key in sheet.proofs)
            tabs[both(f"sheet.{sheet.kind}")[place]] = (sheet.kind, both(f"title.{sheet.kind}")[place], proofs)
    levels = {word for level in method.levels for word in level.word.values()}
    levels |= set(method.unassessed.word.values())
    treatments = {word for entry in method.treatments.values() for word in entry.word.values()}
    risks = {str(risk) for risk in range(1, max(method.highest_risk, _USUAL_RISK) + 1)}
    words = {0: frozenset(risks), 1: frozenset(levels), 2: frozenset(treatments)}
    return OwnSignature(tabs, markup.headers(), words)
