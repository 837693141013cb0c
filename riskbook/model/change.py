"""Runs in figures and what changed between them, and their form as document properties of the workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from riskbook.model.instruments import CheckRecord
from riskbook.model.levels import LEVEL_KEYS, LEVELS, UNASSESSED, in_order

_CHECK = "check."  # followed by a number: the property of one questionnaire


@dataclass(frozen=True)
class RunRecord:
    """One run in figures.

    `digest`: of what people filled in. `on`: the day this input was first assessed. `rules`: "NAME:DIGEST" of the
    method, with ":strict" where it was applied strictly. `levels`: number of assets by the method's levels. `risk`: the
    sum of risk values. `share`: of measures implemented, 0…1, or None.
    """

    digest: str
    rules: str
    on: date
    levels: Mapping[str, int]
    risk: int
    share: float | None


@dataclass(frozen=True)
class Change:
    """What changed since an earlier run.

    `since`: the earlier run. `added`, `removed`: number of assets. `higher`, `lower`: number of assets whose risk rose
    or fell. `moved`: (name, risk before, after) of those that changed most. All None (and `moved` empty) where the
    earlier assets are not known.
    """

    since: RunRecord
    added: int | None = None
    removed: int | None = None
    higher: int | None = None
    lower: int | None = None
    moved: tuple[tuple[str, int, int], ...] = ()


def as_texts(run: RunRecord, change: Change | None) -> dict[str, str]:
    """A run and a change as texts by name, for document properties (Excel keeps 255 characters of each)."""
    texts = {"run": _packed(run)}
    if change is not None:
        counts = {name: getattr(change, name) for name in ("added", "removed", "higher", "lower")}
        texts |= {"since": _packed(change.since), "change": json.dumps(counts)}
        texts["moved"] = json.dumps([[n, b, a] for n, b, a in change.moved], ensure_ascii=False)
    return texts


def from_texts(texts: Mapping[str, str]) -> tuple[RunRecord | None, Change | None]:
    """The run and the change that `as_texts` wrote; None for what is missing or unreadable."""
    run, since = _unpacked(texts.get("run", "")), _unpacked(texts.get("since", ""))
    if since is None:
        return run, None
    try:
        counts = json.loads(texts.get("change", "{}"))
        moved = tuple((str(name), int(before), int(after)) for name, before, after in json.loads(texts["moved"]))
        return run, Change(since, **{name: None if v is None else int(v) for name, v in counts.items()}, moved=moved)
    except (ValueError, TypeError, KeyError, AttributeError):
        return run, Change(since)


# By cloud service ("" for the self-check): the questionnaire now, and the last one with other answers.
Checks = Mapping[str, tuple[CheckRecord, CheckRecord | None]]


def check_texts(checks: Checks, texts: Mapping[str, str]) -> dict[str, str]:
    """Questionnaires, now and before, as texts by name, and those that only `texts` (the earlier properties) has."""
    cleared = {name: "" for name in texts if name.startswith(_CHECK)}
    packed = {}
    # A questionnaire that is missing this time may come back.
    for number, (subject, (now, since)) in enumerate({**checks_from(texts), **checks}.items()):
        fields = {"of": subject, **check_fields(now), "since": since and check_fields(since)}
        packed[f"{_CHECK}{number}"] = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return cleared | packed


def checks_from(texts: Mapping[str, str]) -> Checks:
    """The questionnaires that `check_texts` wrote, without unreadable ones."""
    checks: dict[str, tuple[CheckRecord, CheckRecord | None]] = {}
    for name, text in texts.items():
        if name.startswith(_CHECK) and text:
            try:
                fields = json.loads(text)
                since = fields["since"] and check_from(fields["since"])
                checks[str(fields["of"])] = (check_from(fields), since)
            except (ValueError, TypeError, KeyError):
                continue
    return checks


def check_fields(record: CheckRecord) -> dict[str, Any]:
    """A questionnaire in JSON's values: its day, and the scores as one text, "." for no score."""
    return {"on": record.on.isoformat(), "scores": " ".join("." if s is None else str(s) for s in record.scores)}


def check_from(fields: Mapping[str, Any]) -> CheckRecord:
    """The questionnaire that `check_fields` wrote. Raises `ValueError`, `TypeError` or `KeyError` for anything else."""
    scores = tuple(None if score == "." else int(score) for score in str(fields["scores"]).split())
    return CheckRecord(date.fromisoformat(fields["on"]), scores)


def run_fields(run: RunRecord) -> dict[str, Any]:
    """A run in JSON's values."""
    return asdict(run) | {"on": run.on.isoformat(), "levels": dict(run.levels)}


def run_from(fields: Mapping[str, Any]) -> RunRecord:
    """The run that `run_fields` wrote. Raises `ValueError`, `TypeError` or `KeyError` for anything else."""
    share = None if fields["share"] is None else float(fields["share"])
    on = date.fromisoformat(fields["on"])
    rules = _rules(str(fields["rules"]))
    return RunRecord(str(fields["digest"]), rules, on, in_order(fields["levels"]), int(fields["risk"]), share)


# Earlier versions recorded the digest of the whole method file. Those of the released files, all of which have the same
# rules, and the digest of these rules.
_WHOLE_FILES = frozenset(
    [
        "3b8d29681451",
        "5f07a1766f44",
        "9b7940e2a022",
        "d577cdc5441b",
        "abbc324edf57",
        "da92993cf35b",
        "b3015bae81ff",
        "c465dfe1f1b6",
        "4ea69576be59",
        "026fc8c58da2",
        "0043b4bd7db1",
        "7b83a501ccf7",
    ]
)
_THEIR_RULES = "5bab5885a7f7"


def _rules(recorded: str) -> str:
    """Name of the method, digest of its rules and options, from what a run recorded."""
    name, colon, rest = recorded.partition(":")
    digest, *options = rest.split(":")
    return ":".join((name, _THEIR_RULES if digest in _WHOLE_FILES else digest, *options)) if colon else recorded


def _packed(run: RunRecord) -> str:
    # With short names of levels (none for the usual ones) and without spaces, to stay below the 255 characters.
    usual = tuple(run.levels) == LEVELS
    levels: Any = list(run.levels.values()) if usual else {key[:2]: count for key, count in run.levels.items()}
    return json.dumps(run_fields(run) | {"levels": levels}, separators=(",", ":"))


def _unpacked(text: str) -> RunRecord | None:
    try:
        fields = json.loads(text)
        levels = fields["levels"]
        if isinstance(levels, dict):
            levels = {key: levels[key[:2]] for key in (*LEVEL_KEYS, UNASSESSED) if key[:2] in levels}
        else:
            levels = dict(zip(LEVELS, levels, strict=True))
        return run_from(fields | {"levels": levels})
    except (ValueError, TypeError, KeyError):
        return None
