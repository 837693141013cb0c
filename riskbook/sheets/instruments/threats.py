"""The sheet いまの脅威: the ten threats with ranks, ways in and measures, and the client's gaps that each exploits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from riskbook.method import CommonMeasure, Method, ThreatsSpec, WayIn
from riskbook.model import Assessment, Evidence
from riskbook.sheets.instruments.blocks import Blocks, evidence_words
from riskbook.sheets.listing import Column, plain
from riskbook.sheets.sheet import Context, Sheet, Written
from riskbook.text import label

Gaps = Mapping[str, Sequence[Evidence] | None]

_WIDTHS = (28, 7, 7, 7, 11, 25, 34, 7, 66)
_YEARS = 3  # shown with their ranks: the newest ones
_GAPS = (Column("gap-count", 0, "centre", plain("count")), Column("gaps", 0, "wrap", plain("gaps")))
_ENTRIES = (
    Column("ways-in", 0, "wrap", plain("name")),
    Column("basic-measure", 0, "wrap", plain("measure")),
    Column("aim", 0, "wrap", plain("aim")),
    *_GAPS,
)
_MEASURES = (
    Column("measures-against", 0, "wrap", plain("name")),
    Column("common", 0, "centre", plain("common")),
    Column("threat-name", 0, "wrap", plain("against")),
    *_GAPS,
)


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the threats; without colours, since their publisher says that a rank is no priority."""
    theme, assessment, method, lang = context.theme, context.assessment, context.method, context.lang
    spec, gaps = method.instruments.threats, assessment.instruments.gaps
    years = [entry.year for entry in sorted(spec.years, key=lambda entry: -entry.year)][:_YEARS]
    blocks = Blocks(sheet, theme, lang, _WIDTHS)
    blocks.start("threats", spec.note[lang])
    blocks.source(spec.sources.priority)
    blocks.heading(label("threats.ranks", lang))
    shown = [
        Column("threat-name", 0, "wrap", plain("name")),
        *(Column("rank", 0, "centre", plain(str(year)), header=str(year)) for year in reversed(years)),
        Column("movement", 0, "wrap", plain("movement")),
        Column("ways-in", 0, "wrap", plain("entries")),
        Column("measures-against", 0, "wrap", plain("measures")),
        *_GAPS,
    ]
    blocks.table(shown, _threats(spec, years, gaps, method, lang))
    blocks.source(spec.sources.ranks)
    blocks.heading(label("threats.entries", lang))
    rows = [_entry(entry, gaps[f"entry:{entry.key}"], method, lang) for entry in spec.entries]
    blocks.table(_ENTRIES, rows, ((0, 0), (1, 4), (5, 6), (7, 7), (8, 8)))
    blocks.source(spec.sources.entries)
    blocks.heading(label("threats.measures", lang))
    rows = [_measure(entry, spec, gaps, method, lang) for entry in spec.measures]
    blocks.table(_MEASURES, rows, ((0, 3), (4, 4), (5, 6), (7, 7), (8, 8)))
    blocks.source(spec.sources.measures)
    blocks.heading(label("threats.names", lang))
    _names(blocks, spec, years)
    return Written(blocks.area())


def movement(ranks: Mapping[str, Sequence[int]], years: Sequence[int], lang: str) -> str:
    """How the rank changed from the year before to the newest; `ranks`: by year, `years`: the newest first."""
    now, before = (list(ranks.get(str(year), ())) for year in years[:2])
    if not now:
        return label("threats.out", lang)
    if not before:
        return label("threats.new", lang)
    places = min(before) - min(now)
    key = "same" if not places else "up" if places > 0 else "down"
    return label(f"threats.{key}", lang, places=abs(places))


def _threats(
    spec: ThreatsSpec,
    years: Sequence[int],
    gaps: Gaps,
    method: Method,
    lang: str,
) -> list[dict[str, Any]]:
    entries = {entry.key: entry.name[lang] for entry in spec.entries}
    measures = {entry.key: entry.name[lang] for entry in spec.measures}
    rows = []
    for threat in spec.threats:
        ranks = {str(year): "・".join(str(rank) for rank in threat.ranks.get(str(year), ())) for year in years}
        keys = [f"entry:{key}" for key in threat.entries] + [f"measure:{key}" for key in threat.measures]
        asked = [gaps[key] for key in keys if gaps[key] is not None]
        evidence = list({str(one.place): one for some in asked for one in some or ()}.values())
        rows.append(
            {
                "name": threat.name[lang],
                **{year: placed or label("threats.outside", lang) for year, placed in ranks.items()},
                "entries": "／".join(entries[key] for key in threat.entries) or "―",
                "measures": "／".join(measures[key] for key in threat.measures),
                "movement": "\n".join(
                    [movement(threat.ranks, years, lang), *([threat.remark[lang]] if threat.remark else [])]
                ),
                **_gaps(evidence if asked else None, method, lang),
            }
        )
    return rows


def _gaps(evidence: Sequence[Evidence] | None, method: Method, lang: str) -> dict[str, Any]:
    if evidence is None:
        return {"count": None, "gaps": label("threats.not-asked", lang)}
    return {"count": len(evidence), "gaps": evidence_words(evidence, method, lang, most=5) or label("items.none", lang)}


def _entry(entry: WayIn, evidence: Sequence[Evidence] | None, method: Method, lang: str) -> dict[str, Any]:
    return {
        "name": entry.name[lang],
        "measure": entry.measure[lang],
        "aim": entry.aim[lang],
        **_gaps(evidence, method, lang),
    }


def _measure(
    entry: CommonMeasure,
    spec: ThreatsSpec,
    gaps: Gaps,
    method: Method,
    lang: str,
) -> dict[str, Any]:
    evidence = gaps[f"measure:{entry.key}"]
    against = [threat.name[lang] for threat in spec.threats if entry.key in threat.measures]
    return {
        "name": entry.name[lang],
        "against": "／".join(against),
        "common": label("threats.common", lang) if entry.common else None,
        **_gaps(evidence, method, lang),
    }


def _names(blocks: Blocks, spec: ThreatsSpec, years: Sequence[int]) -> None:
    """Writes the ten names of each year as published, in Japanese."""
    by_year = {entry.year: entry.names for entry in spec.years}
    shown = list(reversed(years))
    columns = [Column("rank", 0, "wrap", plain(str(year)), header=str(year)) for year in shown]
    count = max(len(by_year[year]) for year in shown)
    rows = [
        {str(year): f"{n + 1} {by_year[year][n]}" if n < len(by_year[year]) else None for year in shown}
        for n in range(count)
    ]
    blocks.table(columns, rows, ((0, 1), (2, 5), (6, 7))[: len(shown)])
    blocks.source(spec.sources.ranks)


def _sentence(assessment: Assessment, method: Method, lang: str) -> str:
    gaps = assessment.instruments.gaps
    entries = [open_ for key, open_ in gaps.items() if key.startswith("entry:") and open_ is not None]
    key = "summary.threats" if entries else "summary.threats-none"
    return label(key, lang, entries=len(entries), open=sum(bool(open_) for open_ in entries))


SHEET = Sheet("threats", write, proofs=("note.threats",), sentence=_sentence)
