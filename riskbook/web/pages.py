"""What the pages show, in words: each function gives the values of one template."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from riskbook.analysis import due, recorded_deadlines, span_end
from riskbook.errors import RiskbookError
from riskbook.method import Method
from riskbook.model import LEVEL_KEYS, LEVELS, SEVERITIES, Alike, bands, sha256
from riskbook.proposals import Proposal, as_typed, may_stand
from riskbook.records import AT_URL, IN_ENCRYPTED, Client, Histories, find_histories, last_clients
from riskbook.sheets import deadline_day, deadline_words, level_word, medium_word
from riskbook.text import error_message, has, joined, label
from riskbook.web.desk import DONE, NEW, Desk, Item
from riskbook.web.work import Shown

_WITHIN = (30, "d")
_PLACES = 5  # cells named with a question
_RANGES = 12  # of cells named with a kind of finding
_RUNS = 24  # of the trend
_BAR = 200  # pixels


@dataclass(frozen=True)
class _Last:
    """What the history says of a workbook: its last run, and its deadlines."""

    client: Client
    listed: Sequence[Mapping[str, Any]]
    undated: Sequence[Mapping[str, Any]]

    @property
    def overdue(self) -> int:
        return sum(entry["days"] < 0 for entry in self.listed)


# --- the list ---


def home(desk: Desk, lang: str) -> dict[str, Any]:
    """The page with all workbooks; of a folder also what falls due."""
    items = desk.items()
    known, problems = _recorded(desk, [item for item in items if not item.uploaded])
    done, total = desk.progress()
    return {
        "mine": [_row(item, known.get(item.id), lang) for item in items if not item.uploaded],
        "uploaded": [_row(item, None, lang) for item in items if item.uploaded],
        "folder": "" if desk.place is None else str(desk.place.folder),
        "due": _due_rows(desk, items, known, lang),
        "problems_known": [error_message(one.key, lang, one.params) for one in problems],
        "running": done < total,
        "progress": label("web.progress", lang, done=done, total=total) if total else "",
        "size": desk.bounds.upload,
        "megabytes": desk.bounds.upload >> 20,
    }


def _row(item: Item, last: _Last | None, lang: str) -> dict[str, Any]:
    record = item.outcome.record if item.outcome is not None else None
    shown = record or (last.client.record if last is not None else None)
    return {
        "item": item,
        "state": label("web.state.earlier" if item.state == NEW and last else f"web.state.{_state(item)}", lang),
        "kind": _state(item),
        "levels": levels(shown["summary"], lang) if shown is not None else "",
        "findings": _severities(item, lang),
        "day": last.client.day.isoformat() if last is not None else "",
        "due": _due_counts(last, lang) if last is not None else "",
        "late": bool(last and last.overdue),
        "asks": any(not one.sure for one in _shown(item, lang).questions),
    }


def _due_counts(last: _Last, lang: str) -> str:
    counts = {"overdue": last.overdue, "due": len(last.listed) - last.overdue}
    named = [label(f"web.due-{key}", lang, count=count) for key, count in counts.items() if count]
    return joined(named, lang, parts=True) or label("web.nothing", lang)


def _state(item: Item) -> str:
    return item.state if item.state != DONE or item.outcome is None else item.outcome.status


def levels(counts: Mapping[str, int], lang: str) -> str:
    """Numbers of assets by level, in words."""
    return joined([label(f"level.{key}", lang, count=count) for key, count in counts.items()], lang)


def _severities(item: Item, lang: str) -> str:
    if item.outcome is None or item.outcome.record is None:
        return ""
    counts: Counter[str] = Counter()
    for kind in _shown(item, lang).findings:
        counts[kind.severity] += kind.count
    named = [f"{label(f'severity.{key}', lang)} {counts[key]}" for key in SEVERITIES if counts[key]]
    return joined(named, lang, parts=True) or label("web.nothing", lang)


def _shown(item: Item, lang: str) -> Shown:
    return item.outcome.shown.get(lang, Shown()) if item.outcome is not None else Shown()


# --- what histories say ---


def _recorded(desk: Desk, items: Sequence[Item]) -> tuple[dict[str, _Last], list[RiskbookError]]:
    """The last run of each workbook of the folder that has one, by the id of the item; histories that are damaged."""
    recorder = desk.place.recorder([item.job.source for item in items]) if desk.place is not None else None
    if recorder is None or desk.place is None:
        return {}, []
    found: dict[str, _Last] = {}
    with contextlib.closing(recorder):
        try:
            histories = Histories(find_histories(desk.place.histories))
            clients = {client.source: client for client in last_clients(histories, desk.today)}
            prefixes = {path.resolve(): prefix for prefix, path in histories.places.items()}
            for item in items:
                store, name = recorder.belongs(item.job.source)
                client = clients.get(prefixes.get(store.resolve(), "") + name)
                if client is not None:
                    found[item.id] = _last(client, desk.today)
        except RiskbookError as error:  # a history that is damaged, or a profile that is wrong
            return found, [] if error.key == "history-missing" else [error]
    return found, list(histories.sick.values())


def _last(client: Client, today: date) -> _Last:
    deadlines, _ = recorded_deadlines(client.record)
    return _Last(client, *due(deadlines, today, span_end(today, *_WITHIN)))


def _due_rows(desk: Desk, items: Iterable[Item], known: Mapping[str, _Last], lang: str) -> list[dict[str, Any]]:
    """The deadlines of all clients, the soonest first."""
    entries = [(entry, item) for item in items if item.id in known for entry in _all(known[item.id])]
    entries.sort(key=lambda pair: pair[0]["date"] or "~")
    return [
        {
            **deadline_words(entry, desk.settings.method, lang),
            "when": deadline_day(entry, lang),
            "late": entry["date"] is not None and entry["days"] < 0,
            "item": item,
        }
        for entry, item in entries
    ]


def _all(last: _Last) -> list[Mapping[str, Any]]:
    return [*last.listed, *last.undated]


def _trend(desk: Desk, item: Item, lang: str) -> list[dict[str, Any]]:
    """The runs of a workbook in its history, the latest last, each with the length of its bar."""
    recorder = None if desk.place is None or item.uploaded else desk.place.recorder([item.job.source])
    if recorder is None:
        return []
    with contextlib.closing(recorder), contextlib.suppress(RiskbookError):  # the list says what is wrong with a history
        runs = recorder.runs(item.job.source)[-_RUNS:]
        most = max((run.facts["run"]["risk"] for run in runs), default=0) or 1
        return [
            {
                "day": run.facts["day"],
                "levels": levels(run.facts["run"]["levels"], lang),
                "risk": run.facts["run"]["risk"],
                "bar": round(_BAR * run.facts["run"]["risk"] / most),
            }
            for run in runs
        ]
    return []


# --- one workbook ---


def book(desk: Desk, item: Item, lang: str) -> dict[str, Any]:
    """The page of one workbook."""
    shown, outcome = _shown(item, lang), item.outcome
    known, _ = _recorded(desk, [] if item.uploaded else [item])
    done = item.state == DONE and outcome is not None
    record = outcome.record if done and outcome is not None else None
    return {
        "done": done,
        "never": item.state == NEW,
        "state": label(f"web.state.{_state(item)}", lang),
        "failure": _failure(item, lang) if done else [],
        "overview": shown.overview if done else None,
        "findings": _findings(shown.findings, lang) if done else [],
        "findings_known": record is not None,
        "questions": [_asked(desk, one, lang) for one in shown.questions if not one.sure] if done else [],
        "assumed": [_asked(desk, one, lang) for one in shown.questions if one.sure] if done else [],
        "sentences": _sentences(record, lang),
        "result": item.result if done else None,
        "notices": _notices(item, lang) if done else [],
        "effect": _effect(desk, item, lang) if done else "",
        "answers": item.profile if os.path.isfile(item.profile) else None,
        "due": _due_rows(desk, [item], known, lang),
        "trend": _trend(desk, item, lang),
        "running": item.state not in (DONE, NEW),
        "progress": label(f"web.state.{_state(item)}", lang),
    }


def _failure(item: Item, lang: str) -> list[str]:
    """Why the workbook failed, the lines that the command line prints."""
    if item.outcome is None or item.outcome.error is None:
        return []
    return error_message(item.outcome.error[0], lang, item.outcome.error[1]).split("\n")


def _sentences(record: Mapping[str, Any] | None, lang: str) -> list[str]:
    if record is None:
        return []
    checked = [label("screen.self_check", lang, **record["self_check"])] if "self_check" in record else []
    return [
        said.strip() for said in (*checked, *(label("screen.cloud", lang, **one) for one in record.get("clouds", ())))
    ]


def _findings(findings: Sequence[Alike], lang: str) -> list[dict[str, Any]]:
    """A line for each kind of finding on each sheet, as on the command line."""
    lines = []
    for kind in findings:
        message = kind.first["message"]
        if not kind.same:
            message = label("screen.kind-first", lang, cell=kind.first["cell"], message=message)
        lines.append(
            {
                "severity": kind.severity,
                "word": label(f"severity.{kind.severity}", lang),
                "place": kind.place(_RANGES),
                "count": kind.count,
                "message": message,
                "mend": kind.first["mend"],
            }
        )
    return lines


def _notices(item: Item, lang: str) -> list[str]:
    """What a person should know of the result: what came of an earlier one, the backup, why it is in no history."""
    assert item.outcome is not None
    said = [label(f"screen.{key}", lang, **params).strip() for key, params in item.outcome.notices]
    if item.outcome.backup:
        said.append(label("web.backup", lang, backup=item.outcome.backup))
    for key, params in item.notices:
        own = key in (AT_URL, IN_ENCRYPTED)
        said.append(label(f"screen.{key}", lang) if own else error_message(key, lang, params))
    return said


def _effect(desk: Desk, item: Item, lang: str) -> str:
    """What the last answer changed."""
    record = item.outcome.record if item.outcome is not None else None
    if item.before is None or record is None:
        return ""
    before, after = bands(item.before), bands(record["summary"])
    words = {key: level_word(desk.settings.method, key, lang) for key in LEVELS}
    changed = [f"{words[key]} {before[key]}→{after[key]}" for key in LEVELS if before[key] != after[key]]
    return label("profile.effect", lang, effect=", ".join(changed) or "±0").strip()


# --- questions ---


def _id(question: Proposal) -> str:
    return sha256(repr((question.keys, question.value)).encode("utf-8", "surrogatepass"))[:16]


def question(item: Item, about: str, lang: str) -> Proposal | None:
    """The open question of a form; None where it is answered already."""
    if item.state != DONE:
        return None
    return next((one for one in _shown(item, lang).questions if _id(one) == about), None)


def _choices(one: Proposal, method: Method, lang: str) -> list[tuple[str, str]]:
    """The values among which an answer is, each in words; empty where it is not one of a few."""
    if one.keys[0] == "columns":
        fields = sorted(method.headers["ledger"].fields)
        return [(name, label(f"col.{name}", lang).replace("\n", "") if has(f"col.{name}") else name) for name in fields]
    if one.keys[:2] == ("values", "medium"):
        return [(name, medium_word(method, name, lang) or name) for name in method.medium_names]
    return []


def _asked(desk: Desk, one: Proposal, lang: str) -> dict[str, Any]:
    return {
        "id": _id(one),
        "reason": one.reason,
        "places": one.places[:_PLACES],
        "count": len(one.places),
        "grades": one.value if isinstance(one.value, dict) else None,
        "about": one.keys[-1],
        "value": as_typed(one.value),
        "choices": _choices(one, desk.settings.method, lang),
        "may": may_stand(one, desk.settings.method, lang),
    }


# --- colours ---


def colours(item: Item) -> str:
    """The style sheet of the levels of a workbook's method."""
    overview = next((one.overview for one in (item.outcome.shown.values() if item.outcome else ())), None)
    if overview is None:
        return ""
    return "".join(
        f".level-{key}{{background:#{fill};color:#{ink}}}\n"
        for key, (fill, ink) in overview.colours.items()
        if key in LEVEL_KEYS
    )
