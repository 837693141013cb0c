"""Assesses one workbook with its history from Python, as `riskbook assess` does from the command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from riskbook.errors import OutputError
from riskbook.model import sha256
from riskbook.opc import read_file, storage
from riskbook.records.jobs import resolved
from riskbook.records.origin import settings_for
from riskbook.records.recorder import Recorder, history_of_results
from riskbook.settings import Settings

if TYPE_CHECKING:
    from riskbook.pipeline import AssessedWorkbook


def assess_with_history(
    path: str | Path,
    output: str | Path,
    settings: Settings | None = None,
    *,
    store: Path | None = None,
    client: str | None = None,
    take: str = "input",
    force: bool = False,
) -> AssessedWorkbook:
    """Assesses a workbook in comparison with its earlier runs, writes the result to `output` and records the run.

    What people did in an existing result goes into the new one, and a backup of it is kept (`riskbook.opc.backups_of`).
    `store`: the history, by default the one beside the workbook, else beside the result. `client`: its client name
    there. `take`: which counts, "input" or "result", where the client's cells were edited in both. `force`: replaces an
    output that is not this client's result, or writes into the workbook itself. Raises like `riskbook.assess`, and
    `OutputError` where the result or the history cannot be written; a result that was written stays.
    """
    # Imported here: a history that is only read needs no pandas.
    from riskbook import living
    from riskbook.pipeline import assess_opened, opened

    path, chosen = Path(path), settings or Settings()
    day = chosen.today or date.today()
    data = read_file(path)
    results = None if store else history_of_results([str(path)], str(output))
    recorder = Recorder(store, client, results=results)
    try:
        earlier = recorder.earlier(str(path), day)
        chosen = replace(settings_for(path, chosen), today=day)
        source, existing = opened(data, chosen), storage.read_if_present(str(output))
        if existing is not None and Path(output).samefile(path):
            joined = living.own(source)
            if not (joined.is_result or force):
                raise OutputError("same-file", path=str(output))
        else:
            place = living.Place(resolved(str(path)), str(output))
            joined = living.join(source, data, existing, place, chosen, take=take, force=force)
        result = assess_opened(
            joined.opened, path, chosen, earlier, made_from=joined.made_from, findings=joined.findings
        )
        content = result.checked()
        living.put(content, str(path), str(output), existing, joined, data, chosen)
        recorder.add(
            str(path), day=day, input_=sha256(data), output=sha256(content), record=result.record, method=chosen.method
        )
    finally:
        recorder.close()
    return result
