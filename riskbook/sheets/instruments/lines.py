"""The lines of the summary: what each of the guideline's other instruments says, in a sentence."""

from __future__ import annotations

from riskbook.method import Method
from riskbook.model import Assessment
from riskbook.sheets.instruments.action import star_words
from riskbook.sheets.words import medium_word, signed
from riskbook.text import label


def sentence(kind: str, assessment: Assessment, method: Method, lang: str) -> str:
    """What one kind of sheet says, in a sentence."""
    return label(f"summary.{kind}{_variant(kind, assessment)}", lang, **_params(kind, assessment, method, lang))


def _variant(kind: str, assessment: Assessment) -> str:
    found = assessment.instruments
    if kind == "self_check" and found.self_check is not None and found.self_check.since is not None:
        return "-moved"
    if kind == "threats" and all(gaps is None for key, gaps in found.gaps.items() if key.startswith("entry:")):
        return "-none"
    return "-none" if kind == "cloud" and not any(one.sheet.answered for one in found.clouds) else ""


def _params(kind: str, assessment: Assessment, method: Method, lang: str) -> dict[str, object]:
    found = assessment.instruments
    if kind == "self_check":
        checked = found.self_check
        assert checked is not None
        advice = method.instruments.self_check.bands[checked.band].advice[lang]
        params: dict[str, object] = {"total": checked.record.total, "most": checked.most, "advice": advice}
        if checked.since is not None:
            params |= {
                "moved": signed(checked.record.total - checked.since.total),
                "date": checked.since.on.isoformat(),
            }
        return params
    if kind == "cloud":
        begun = [one for one in found.clouds if one.sheet.answered]
        complete = sum(one.confirmed == one.applicable for one in begun)
        medium = medium_word(method, method.instruments.cloud.service.medium, lang)
        return {
            "services": len(begun),
            "complete": complete,
            "unchecked": len(found.unchecked),
            "medium": medium,
        }
    if kind == "action":
        stars = [
            f"{star.name[lang]} {star_words(star, found.readiness, lang)}" for star in method.instruments.action.stars
        ]
        return {"stars": "　".join(stars)}
    if kind == "regulations":
        states = [one.state for one in found.regulations or ()]
        counts = {state: states.count(state) for state in ("draft", "strengthen", "kept", "none")}
        return {**counts, "kinds": len(states)}
    if kind == "threats":
        entries = [gaps for key, gaps in found.gaps.items() if key.startswith("entry:") and gaps is not None]
        return {"entries": len(entries), "open": sum(bool(gaps) for gaps in entries)}
    if kind == "transfer":
        return {"count": len(found.transfers)}
    if kind == "response":
        return {"named": found.roles[0], "all": found.roles[1]}
    return {}
