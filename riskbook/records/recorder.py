"""Which history a workbook belongs to, and under which client; asked before a run, told after it."""

from __future__ import annotations

import getpass
import os
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import riskbook
from riskbook.errors import OutputError
from riskbook.method import Method
from riskbook.model import EarlierRuns, as_text
from riskbook.pipeline import ASSESSED
from riskbook.records.history import History, now

PLACE = Path(".riskbook", "history.db")  # below the folder of the workbooks


def history_beside(workbook: Path) -> Path:
    """Where the history of a workbook stands unless it is told otherwise."""
    return workbook.resolve().parent / PLACE


def store_path(store: str) -> Path:
    """The file of a history: as named, or the one of a folder."""
    path = Path(store)
    folder = path.is_dir() or store.endswith(("/", os.sep))
    return history_beside(path / "any") if folder else path


def client_of(workbook: Path, store: Path) -> str:
    """What a workbook is called in a history: its place relative to the history's folder, without .xlsx.

    The copy that riskbook makes beside a workbook (NAME-assessed) is the same client.
    """
    home = store.resolve().parent
    home = home.parent if home.name == PLACE.parent.name else home
    path = workbook.resolve()
    name = path.stem.removesuffix(ASSESSED) + ("" if path.suffix.lower() == ".xlsx" else path.suffix.lower())
    try:
        folder = os.path.relpath(path.parent, home)
    except ValueError:  # another drive
        folder = str(path.parent)
    client = name if folder == "." else f"{folder.replace(os.sep, '/')}/{name}"
    return unicodedata.normalize("NFC", as_text(client))


def operator() -> str:
    """Who is at the machine, as the system says (LOGNAME, USER, …)."""
    try:
        return as_text(getpass.getuser())
    except (OSError, KeyError, ImportError):
        return "unknown"


class Recorder:
    """Keeps the histories of workbooks; one is open at a time.

    `store`: one history for all instead of one beside each workbook. `client`: what the only workbook is called.
    Raises `OutputError` where a history cannot be used.
    """

    def __init__(self, store: Path | None = None, client: str | None = None) -> None:
        self._store, self._client = store, client and as_text(client)
        self._operator = operator()
        self._mode = 0o600
        self._open: History | None = None

    @property
    def shared(self) -> bool:
        """Whether there is one history for all."""
        return self._store is not None

    def close(self) -> None:
        """Lets go of the file that is open."""
        if self._open is not None:
            self._open.close()
        self._open = None

    def belongs(self, workbook: str) -> tuple[Path, str]:
        """The history of a workbook (a path, or a URL where one history is kept for all), and its client there."""
        store = self._store or history_beside(Path(workbook))
        return store, self._client or (workbook if "://" in workbook else client_of(Path(workbook), store))

    def earlier(self, workbook: str, day: date) -> EarlierRuns | None:
        """What is known of a workbook up to a day; None: nothing."""
        store, client = self.belongs(workbook)
        return self._history(store).earlier(client, day) if store.exists() else None

    def can_keep(self, workbook: str) -> bool:
        """Whether a run of a workbook could be added, as far as the permissions of its folder tell."""
        store, _ = self.belongs(workbook)
        return os.access(next(path for path in (store, *store.resolve().parents) if path.exists()), os.W_OK)

    def knows(self, workbook: str, output: str, input_: str) -> bool:
        """Whether there is a run with this input and output (SHA-256)."""
        store, client = self.belongs(workbook)
        return store.exists() and self._history(store).find(client, output, input_) is not None

    def add(
        self, workbook: str, *, day: date, input_: str, output: str, record: Mapping[str, Any], method: Method
    ) -> None:
        """Adds a run."""
        store, client = self.belongs(workbook)
        facts = self._facts(workbook, day) | {
            "client": client,
            "title": record["client"],
            "method": method.name,
            "edition": method.edition,
            "input": input_,
            "output": output,
            "run": record["run"],
        }
        if not store.exists() and "://" not in workbook:  # who may read the workbook may read its history
            self._mode = 0o600 | (Path(workbook).stat().st_mode & 0o666)
        self._history(store).append(facts, record, method)

    def repeat(self, workbook: str, *, day: date, output: str, input_: str) -> None:
        """Adds a run that was not needed, for nothing had changed since one that is known.

        Raises `OutputError` where that one was forgotten meanwhile.
        """
        store, client = self.belongs(workbook)
        if self._history(store).repeat(client, output, input_, self._facts(workbook, day)) is None:
            raise OutputError("history-gone", path=str(store), client=client)

    def _facts(self, workbook: str, day: date) -> dict[str, Any]:
        return {
            "file": as_text(Path(workbook).name),
            "at": now(),
            "day": day.isoformat(),
            "operator": self._operator,
            "version": riskbook.__version__,
        }

    def _history(self, store: Path) -> History:
        if self._open is None or self._open.path != store or not self._open.in_place:
            self.close()
            try:
                self._open = History(store, mode=self._mode)
            except OutputError as error:
                if error.key != "history-unwritable" or not store.exists():
                    raise
                self._open = History(store, read_only=True)
        return self._open


def find_histories(place: Path) -> dict[str, Path]:
    """The histories at a place: the file itself, or all below a folder, by the folder each belongs to ("" or A/B/).

    Raises `OutputError` where there is none.
    """
    if not place.is_dir():
        return {"": place}
    found: dict[str, Path] = {}
    for root, folders, _ in os.walk(place):
        folders.sort()
        store = Path(root) / PLACE
        if store.is_file():
            folder = Path(root).relative_to(place).as_posix()
            found["" if folder == "." else f"{folder}/"] = store
        folders[:] = [name for name in folders if not name.startswith(".")]
    if not found:
        raise OutputError("history-missing", path=str(place / PLACE))
    return dict(sorted(found.items()))
