"""Assesses one workbook with its history from Python, as `riskbook assess` does from the command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from riskbook.model import sha256
from riskbook.opc import read_file
from riskbook.pipeline import AssessedWorkbook, assess_bytes
from riskbook.records.recorder import Recorder
from riskbook.settings import Settings


def assess_with_history(
    path: str | Path,
    output: str | Path,
    settings: Settings | None = None,
    *,
    store: Path | None = None,
    client: str | None = None,
    force: bool = False,
) -> AssessedWorkbook:
    """Assesses a workbook in comparison with its earlier runs, writes the result to `output` and records the run.

    `store`: the history, by default the one beside the workbook. `client`: its client name there. `force`:
    overwrites an existing output. Raises like `riskbook.assess`, and `OutputError` where the result or the history
    cannot be written; a result that was written stays.
    """
    path, chosen = Path(path), settings or Settings()
    day = chosen.today or date.today()
    data = read_file(path)
    recorder = Recorder(store, client)
    try:
        earlier = recorder.earlier(str(path), day)
        result = assess_bytes(data, path, replace(chosen.beside(path), today=day), earlier)
        written = read_file(result.save(output, force=force))
        recorder.add(
            str(path), day=day, input_=sha256(data), output=sha256(written), record=result.record, method=chosen.method
        )
    finally:
        recorder.close()
    return result
