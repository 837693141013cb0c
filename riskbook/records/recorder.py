"""Finds the history of a workbook and its client name there; reads earlier runs and adds new ones."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import riskbook
from riskbook.errors import MethodError, OutputError
from riskbook.method import Method
from riskbook.model import ASSESSED, EarlierRuns, as_text, packed, sha256
from riskbook.opc import storage
from riskbook.records.entries import Run, now
from riskbook.records.history import History
from riskbook.records.jobs import beside, is_workbook, original_of
from riskbook.records.moments import by_client
from riskbook.settings import Settings, read_project

_MOST_VANISHED = 20
PLACE = Path(".riskbook", "history.db")  # below the folder of the workbooks


def history_beside(workbook: Path) -> Path:
    """The file of the history of a workbook, unless another store is named."""
    return workbook.resolve().parent / PLACE


def history_of_results(workbooks: Iterable[str], output: str | None) -> Path | None:
    """The history beside the results in `output` (a file, or a folder) for workbooks that have none beside them.

    None where they get theirs beside them: there is no output elsewhere on this computer, or others of these workbooks
    have a history there and the results have none yet, so that the clients of one folder stay together.
    """
    if output is None or storage.is_url(output):
        return None
    folder = Path(output).is_dir() or output.endswith(("/", os.sep))
    place = (Path(output) if folder else Path(output).parent).resolve() / PLACE
    own = (history_beside(Path(name)) for name in workbooks if not storage.is_url(name))
    return place if place.exists() or not any(path.exists() for path in own) else None


def store_path(store: str) -> Path:
    """The file of a history: `store` itself, or where it is a folder, the history in that folder."""
    path = Path(store)
    folder = path.is_dir() or store.endswith(("/", os.sep))
    return history_beside(path / "any") if folder else path


def _below(workbook: Path, store: Path) -> str:
    """A workbook's path relative to the history's folder, with slashes and without .xlsx.

    The copy that riskbook writes beside a workbook (NAME-assessed) is the same client.
    """
    home, path = store.resolve().parent, workbook.resolve()
    home = home.parent if home.name == PLACE.parent.name else home
    name = path.stem.removesuffix(ASSESSED) + ("" if path.suffix.lower() == ".xlsx" else path.suffix.lower())
    try:
        folder = os.path.relpath(path.parent, home)
    except ValueError:  # on Windows: another drive
        folder = str(path.parent)
    client = name if folder == "." else f"{folder.replace(os.sep, '/')}/{name}"
    # macOS may give names in decomposed form; the client must be the same everywhere.
    return unicodedata.normalize("NFC", as_text(client))


def operator() -> str:
    """The user name of the system (LOGNAME, USER, …), or "unknown"."""
    try:
        return as_text(getpass.getuser())
    except (OSError, KeyError, ImportError):
        return "unknown"


def _id_of(workbook: str) -> str:
    """The client's id in the project file beside a workbook, "" without one."""
    if "://" in workbook:
        return ""
    try:
        return Settings(project=read_project(Path(workbook).resolve().parent)).client()[0]
    except MethodError:  # reported when the workbook is assessed
        return ""


def _is_alone(workbook: Path) -> bool:
    """Whether a workbook and its result are the only ones in their folder."""
    own = {workbook.name, original_of(workbook.name), storage.name_of(beside(workbook.name))}
    with contextlib.suppress(OSError), os.scandir(workbook.resolve().parent) as entries:
        return not any(is_workbook(entry.name) and entry.name not in own for entry in entries)
    return False


class Recorder:
    """Reads and adds runs in the histories of workbooks, of which one is open at a time.

    `store`: one history for all instead of one beside each workbook. `client`: the client name of the only workbook.
    `results`: the history of workbooks that have none beside them. `made`: that history, where this recorder began it.
    Every method raises `OutputError` where a history cannot be used.
    """

    def __init__(self, store: Path | None = None, client: str | None = None, *, results: Path | None = None) -> None:
        self._store, self._client = store, client and as_text(client)
        self._results = results
        self.made: Path | None = None
        self._operator = operator()
        self._mode = 0o600
        self._open: History | None = None
        self._known: tuple[Path, dict[str, dict[str, Run]]] | None = None
        self._about: tuple[str, tuple[Path, str]] | None = None
        self._asked: tuple[str, tuple[Path, str]] | None = None  # what was last asked about

    @property
    def shared(self) -> bool:
        """Whether all workbooks share one history."""
        return self._store is not None

    def close(self) -> None:
        """Closes the history that is open."""
        if self._open is not None:
            self._open.close()
        self._open = None

    @contextlib.contextmanager
    def asked_about(self, workbook: str) -> Iterator[None]:
        """While several things are asked about one workbook, its history and client are looked up once."""
        found = self.belongs(workbook)
        self._about = self._asked = (workbook, found)
        try:
            yield
        finally:
            self._about = None

    def belongs(self, workbook: str) -> tuple[Path, str]:
        """The history file of a workbook (a path, or a URL where all share one history), and its client name there.

        The name is the one given to the recorder, else the id in the workbook's project file, else its path.
        """
        if self._about is not None and self._about[0] == workbook:
            return self._about[1]
        store = self._store or self._beside(Path(workbook))
        name = self._client or _id_of(workbook) or (workbook if "://" in workbook else self._by_place(workbook, store))
        return store, self._history(store).client_of(name) if store.exists() else name

    def _beside(self, workbook: Path) -> Path:
        """The history beside a workbook, or, where there is none, the one beside the results, if that is wanted."""
        own = history_beside(workbook)
        return own if self._results is None or own.exists() else self._results

    def _by_place(self, workbook: str, store: Path) -> str:
        """The client name of a workbook by its path: the folder, where it holds no other workbook, else with the file.

        A name that the history knows stays when workbooks join the folder or leave it.
        """
        path = Path(workbook)
        name = _below(path, store)
        folder = name.rpartition("/")[0]
        if not folder.strip("./"):  # of the history itself, or around it
            return name
        history = self._history(store) if store.exists() else None
        last = history and history.last_file(folder)
        if last and (original_of(last) or last) == (original_of(path.name) or path.name):
            return folder
        return name if (history and not last and history.has_below(folder)) or not _is_alone(path) else folder

    def earlier(self, workbook: str, day: date) -> EarlierRuns | None:
        """The earlier runs of a workbook up to and including a day; None without any."""
        store, client = self.belongs(workbook)
        return self._history(store).earlier(client, day) if store.exists() else None

    def vanished(self, workbook: str, day: date) -> tuple[tuple[str, str, bytes], ...]:
        """Clients of the workbook's folder whose file is gone, each with the file's name and its last record, packed.

        A new workbook may be one of them under another name. Clients count that the history had when this recorder was
        first asked. None for a workbook that has runs already.
        """
        store, client = self.belongs(workbook)
        if not store.exists() or "://" in workbook or self._client or _id_of(workbook):
            return ()
        history, folder = self._history(store), Path(workbook).resolve().parent
        try:
            folders = self._last_runs(store, day)
            here = client.rpartition("/")[0]
            above = folders.get(here.rpartition("/")[0], {})
            known = folders.get(here, {}) | ({here: above[here]} if here in above else {})
            if client in known:
                return ()
            # A client that was given a name of its own says nothing of a file.
            files = [
                run for name, run in known.items() if name in (here, _below(folder / name.rpartition("/")[2], store))
            ]
            gone = [run for run in files if not (folder / run.facts["file"]).exists()]
            return tuple(
                (run.facts["client"], run.facts["file"], history.packed(run)) for run in gone[-_MOST_VANISHED:]
            )
        except OutputError:  # the history of another client is damaged: reported where that one is assessed
            return ()

    def _last_runs(self, store: Path, day: date) -> dict[str, dict[str, Run]]:
        """Folder, as in the names of clients → client → its last run; read once, since each new workbook asks."""
        if self._known is None or self._known[0] != store:
            folders: dict[str, dict[str, Run]] = {}
            for client, runs in by_client(self._history(store).runs(until=day)).items():
                folders.setdefault(client.rpartition("/")[0], {})[client] = runs[-1]
            self._known = (store, folders)
        return self._known[1]

    def runs(self, workbook: str) -> list[Run]:
        """The runs of a workbook, also those under an earlier name, by day and number."""
        store, client = self.belongs(workbook)
        return self._history(store).runs(client) if store.exists() else []

    def newest(self, workbook: str) -> float | None:
        """When the last run of any client was added to the workbook's history (POSIX time); None without any."""
        store, _ = self.belongs(workbook)
        return self._history(store).newest() if store.exists() else None

    def is_newly_continued(self, workbook: str) -> bool:
        """Whether a person said since the last run that this workbook is the client of another one."""
        store, client = self.belongs(workbook)
        return store.exists() and self._history(store).is_newly_continued(client)

    def fail(self, workbook: str, *, day: date, error: tuple[str, Mapping[str, Any]]) -> None:
        """Adds a run that failed, where the workbook has runs in a history; `error`: key and parameters."""
        store, client = self.belongs(workbook)
        if store.exists() and client in self._history(store).clients():
            params = json.loads(json.dumps(dict(error[1]), default=str))
            self._history(store).fail({**self._facts(workbook, day), "client": client, "error": [error[0], params]})

    def can_record(self, workbook: str) -> bool:
        """Whether a run of a workbook could be added, judging by permissions alone."""
        store, _ = self.belongs(workbook)
        return os.access(next(path for path in (store, *store.resolve().parents) if path.exists()), os.W_OK)

    def knows(self, workbook: str, output: str, input_: str) -> bool:
        """Whether the history has a run of the workbook with this input and output (SHA-256)."""
        store, client = self.belongs(workbook)
        return store.exists() and self._history(store).find(client, output, input_) is not None

    def add(
        self,
        workbook: str,
        *,
        day: date,
        input_: str,
        output: str,
        record: Mapping[str, Any],
        method: Method,
        packed_record: bytes = b"",
    ) -> None:
        """Adds a run of `day`; `input_`, `output`: SHA-256; `record`: as `AssessedWorkbook.record`.

        `packed_record`: the same as `packed` makes it, where a worker has done so already.
        """
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
            self.made = store if store == self._results != history_beside(Path(workbook)) else None
        self._history(store).append(facts, packed_record or packed(record), method)

    def repeat(self, workbook: str, *, day: date, output: str, input_: str) -> None:
        """Adds a run that found nothing changed since the last one with this input and output (SHA-256).

        Raises `OutputError` where that one was forgotten meanwhile.
        """
        # A workbook that is unchanged is noted right after it was asked about.
        asked = self._asked
        store, client = asked[1] if asked is not None and asked[0] == workbook else self.belongs(workbook)
        self._asked = None
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
                self._open = History(store, read_only=True)  # enough for earlier runs; adding one raises
        return self._open


def name_of(workbook: str, store: Path) -> str:
    """The client name of a workbook in a history, as `Recorder.belongs` gives it; also that of a result beside it."""
    with contextlib.closing(Recorder(store)) as recorder:
        name = recorder.belongs(workbook)[1]
    if not store.exists() or store != history_beside(Path(workbook)):
        return name
    with History(store, read_only=True) as history:
        return name if name in history.clients() else _of_result(Path(workbook), history.runs()) or name


def _of_result(path: Path, runs: Sequence[Run]) -> str:
    """The client whose result a file is, by its content, else by the name of the one workbook; "" without any."""
    with contextlib.suppress(OSError):
        digest = sha256(path.read_bytes())
        for run in reversed(runs):
            if run.facts["output"] == digest:
                return str(run.facts["client"])
    named = {run.facts["client"] for run in runs if run.facts["file"] == as_text(path.name)}
    return str(named.pop()) if len(named) == 1 else ""


def find_histories(place: Path) -> dict[str, Path]:
    """Prefix ("" or A/B/, the folder below `place`) → history file: the file `place` itself, or all below the folder.

    Raises `OutputError` where there is none.
    """
    if not place.is_dir():
        return {"": place}
    stores: dict[str, Path] = {}
    for root, folders, _ in os.walk(place):
        folders.sort()
        store = Path(root) / PLACE
        if store.is_file():
            folder = Path(root).relative_to(place).as_posix()
            stores["" if folder == "." else f"{folder}/"] = store
        folders[:] = [name for name in folders if not name.startswith(".")]
    if not stores:
        raise OutputError("history-missing", path=str(place / PLACE))
    return dict(sorted(stores.items()))
