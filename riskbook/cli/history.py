"""`riskbook history` and `riskbook forget`: lists the recorded runs, and deletes those of a client."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.language import screen_language
from riskbook.cli.options import FORMAT, LANG, ONE_CLIENT, STORE, reported_errors
from riskbook.cli.report import levels_text, next_step
from riskbook.cli.terminal import error_message, label, say, say_document

if TYPE_CHECKING:
    from riskbook.records import Histories, Run

SCHEMA = "riskbook.history/1"
_FACTS = (
    "client",
    "title",
    "file",
    "day",
    "at",
    "operator",
    "version",
    "method",
    "edition",
    "method_digest",
    "input",
    "output",
    "state",
    "repeated",
)


@click.command()
@click.argument("workbook", required=False, metavar="[WORKBOOK]")
@STORE
@ONE_CLIENT
@click.option(
    "--continue",
    "names",
    nargs=2,
    metavar="OLD NEW",
)
@LANG
@FORMAT
def history(
    workbook: str | None,
    store: str | None,
    client: str | None,
    names: tuple[str, str] | None,
    lang: str | None,
    format_: str,
) -> None:
    """List the recorded runs of WORKBOOK, or of all workbooks below a folder (default: the working folder).

    Example: riskbook history samples/kitahama-seiki.xlsx --store demo/history.db
    """
    from riskbook.records import Histories

    screen = screen_language(lang)
    with reported_errors(screen):
        places, client = places_of(workbook, store, client)
        if names is not None:
            _continue(places, *names, screen, json=format_ == "json")
            return
        found, failures = [], []
        histories = Histories(places)
        refuse_nothing(workbook, places)
        for prefix, history in histories.each():
            found += [(prefix, run) for run in history.runs() if _is_of(client, prefix, run)]
            failures += [(prefix, run) for run in history.failures() if _is_of(client, prefix, run)]
    if format_ == "json":
        document = {"runs": [_plain(prefix, run) for prefix, run in found]}
        failed = [_plain_failure(prefix, run, screen) for prefix, run in failures]
        sick = [{"path": str(path), "error": error.key} for path, error in histories.sick.items()]
        say_document({"schema": SCHEMA, **document, "failures": failed, "unreadable": sick})
        refuse_sick(histories, screen)
        return
    if not found:
        say(label("screen.history-none", screen), err=True)
    for prefix, run in found:
        say(_line(prefix, run, screen))
    for prefix, run in failures:
        say(_failure_line(prefix, run, screen))
    refuse_sick(histories, screen)
    if found:
        month = found[-1][1].facts["day"][:7]
        next_step("history", screen, "audit", store or places_shown(workbook, places), "--month", month, "-o", "audit")


def places_shown(workbook: str | None, places: Mapping[str, Path]) -> str:
    """The folder or history in which the runs stand, as a person may name it."""
    if workbook is None or Path(workbook).is_dir():
        return workbook or "."
    return str(next(iter(places.values())))


def refuse_nothing(workbook: str | None, places: Mapping[str, Path]) -> None:
    """Raises `OutputError` where a workbook was named of which there is neither a file nor a history."""
    from riskbook.errors import OutputError

    if workbook is not None and not Path(workbook).exists() and not any(path.exists() for path in places.values()):
        raise OutputError("history-nowhere", path=workbook)


def refuse_sick(histories: Histories, screen: str) -> None:
    """Names the histories that could not be used, and then ends with exit code 3."""
    for error in histories.sick.values():
        say(error_message(error.key, screen, error.params), err=True)
    if histories.sick:
        raise SystemExit(3)


def _is_of(client: str | None, prefix: str, run: Run) -> bool:
    return client in (None, run.facts["client"], prefix + run.facts["client"])


def _continue(places: dict[str, Path], old: str, new: str, screen: str, *, json: bool) -> None:
    """Lets the workbook `new` go on as the client `old` in the one history that has `old`."""
    from riskbook.errors import OutputError
    from riskbook.opc import storage
    from riskbook.records import History, is_workbook, name_of, operator

    if is_workbook(new) and not storage.is_url(new) and not Path(new).is_file():
        raise OutputError("history-nowhere", path=new)  # a file mistyped, or of another folder, names no client
    for prefix, path in places.items():
        name = name_of(new, path) if Path(new).is_file() else new.removeprefix(prefix)
        with History(path) as history:
            known = history.client_of(old.removeprefix(prefix))
            if known in history.clients():
                history.continue_as(known, name, operator())
                if json:
                    say_document({"schema": SCHEMA, "continued": {"client": known, "workbook": name}})
                else:
                    say(label("screen.history-continued", screen, old=old, new=name))
                return
    raise OutputError("history-not-continued", path=str(next(iter(places.values()))), old=old, new=new)


@click.command()
@click.argument("client")
@STORE
@click.option("--yes", is_flag=True)
@LANG
def forget(client: str, store: str | None, yes: bool, lang: str | None) -> None:
    """Delete everything recorded of CLIENT in the history; hashes stay, so that its chain can still be verified.

    Example: riskbook forget ../samples/midori-clinic --store demo/history.db --yes
    """
    from riskbook.records import History, find_histories, operator

    screen, count = screen_language(lang), 0
    with reported_errors(screen):
        places = find_histories(Path(store or "."))
        known: dict[str, tuple[Path, str, int]] = {}
        for prefix, path in places.items():
            with History(path, read_only=True) as history:
                known |= {prefix + name: (path, name, len(history.runs(name))) for name in history.clients()}
        if client in known:
            path, name, count = known[client]
            if not yes:
                asked = label("screen.forget-ask", screen, client=client, count=count, path=path)
                if not click.confirm(asked):
                    raise SystemExit(1)
            places = {"": path}
        # For an unknown client, every history finishes what an earlier, interrupted call began.
        for path in places.values():
            with History(path) as history:
                history.forget(name if count else client, operator())
        if not count:
            names = list(known)[:20] or ["-"]
            say(label("screen.forget-unknown", screen, client=client, known=names), err=True)
            raise SystemExit(3)
    say(label("screen.forgotten", screen, client=client, count=count))
    next_step("forget", screen, "history", *([] if store is None else ["--store", store]))


def places_of(workbook: str | None, store: str | None, client: str | None) -> tuple[dict[str, Path], str | None]:
    """Prefix of the clients → path of the histories to read, and the client to list (None: all)."""
    from riskbook.records import find_histories, history_beside, name_of, store_path

    path = Path(workbook or ".")
    if workbook is not None and not path.is_dir():
        place = store_path(store) if store else history_beside(path)
        return {"": place}, client or name_of(workbook, place)
    return find_histories(Path(store) if store else path), client


def _plain(prefix: str, run: Run) -> dict[str, Any]:
    facts = {name: run.facts[name] for name in _FACTS} | {"client": prefix + run.facts["client"]}
    figures = {name: run.facts["run"][name] for name in ("levels", "risk", "share")}
    return {"run": run.seq, **facts, **figures, "hash": run.hash}


def _plain_failure(prefix: str, run: Run, screen: str) -> dict[str, Any]:
    facts = {name: run.facts[name] for name in ("file", "day", "at", "operator", "version")}
    key, params = run.facts["error"]
    message = error_message(key, screen, params)
    return {"run": run.seq, "client": prefix + run.facts["client"], **facts, "error": message, "hash": run.hash}


def _failure_line(prefix: str, run: Run, screen: str) -> str:
    return label("screen.history-failed", screen, **_plain_failure(prefix, run, screen))


def _line(prefix: str, run: Run, screen: str) -> str:
    facts, figures = run.facts, run.facts["run"]
    repeated = label("screen.history-repeated", screen) if facts["repeated"] else ""
    return label(
        "screen.history-line",
        screen,
        run=run.seq,
        day=facts["day"],
        client=prefix + facts["client"],
        file=facts["file"],
        levels=levels_text(figures["levels"], screen),
        risk=figures["risk"],
        method=facts["method"],
        operator=facts["operator"],
        at=facts["at"],
        hash=run.hash[:12],
        repeated=repeated,
    )
