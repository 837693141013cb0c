"""The portfolio: a workbook with an overview of all clients, and tables of all their assets."""

from __future__ import annotations

import contextlib
import pickle
import sqlite3
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskbook import marks, opc
from riskbook.batch.engine import Pool
from riskbook.errors import OutputError, RiskbookError
from riskbook.method import Method
from riskbook.model import ERROR, FIELD, WARNING, bands, run_from, used_in
from riskbook.opc import storage
from riskbook.records.jobs import Job, Outcome
from riskbook.records.journal import Journal, Noted, names_of
from riskbook.tables import KIND_OF, TEXT, CsvTable, ParquetTable, arrow_table, column_names, csv_lines, has_parquet

if TYPE_CHECKING:
    from riskbook import sheets

_PART = 500_000  # bytes of packed records in a part, some ten thousand assets
_LINE = 1_000  # bytes counted for each workbook beside its record
_AHEAD = 16  # parts that workers make at a time, however many there are: memory holds those that are done
_PATIENCE = 60.0  # seconds for a part, after which this process makes it and all others
_HIGHEST = 3  # assets with the highest risk, by client
_ASSET_FIELDS = used_in("portfolio")
_COLUMNS = ("client", "file", "assessed_on", *_ASSET_FIELDS)
_TYPED = [(name, KIND_OF[FIELD[name].dtype] if name in FIELD else TEXT) for name in _COLUMNS]


def portfolio_paths(place: str) -> tuple[Path, Path, Path]:
    """The files of workbook, CSV and Parquet for `place`, a folder or the name of the workbook (.xlsx)."""
    path = Path(place)
    book = path if path.suffix.lower() == ".xlsx" else path / "portfolio.xlsx"
    return book, book.with_suffix(".csv"), book.with_suffix(".parquet")


@dataclass
class Part:
    """What the portfolio takes from some workbooks: their lines, their assets counted, and the rows of both tables.

    `table`: by `tables.arrow_table`; None without the extra for Parquet.
    """

    lines: list[dict[str, Any]]
    counts: sheets.Portfolio
    csv: str
    table: Any


def write_portfolio(
    journal: Journal,
    jobs: Sequence[Job],
    place: str,
    method: Method,
    lang: str,
    today: date,
    *,
    pool: Pool | None = None,
    force: bool,
) -> tuple[list[str], list[str], RiskbookError | None]:
    """Writes portfolio.xlsx, .csv and .parquet from the journal.

    Returns the files written, the backups of a portfolio into which people typed, and why a file is missing.

    A workbook that failed this time stands there with its last known state.

    The tables have a row for each asset: client, file, day of the assessment, and the fields that `model.FIELDS` marks
    as "portfolio". Memory holds neither the assets nor the lines of all workbooks. Parquet needs the extra
    `riskbook[parquet]`. Where `pool` is a cluster, its workers make the parts; processes of this machine would take
    longer to start than most portfolios take. Raises `OutputError`; an earlier portfolio is replaced, any other file
    only with `force`.
    """
    from riskbook import sheets  # a run without a portfolio does without

    book, table, columnar = portfolio_paths(place)
    refuse_place(place, force=force)
    kept = [] if not book.exists() or _is_untouched(book) else [opc.keep(str(book), opc.read_file(book))]
    problem: RiskbookError | None = None
    portfolio = sheets.Portfolio()
    with_parquet = has_parquet()
    if not with_parquet and columnar.exists():
        problem = OutputError("parquet-extra", path=str(columnar))
    with ExitStack() as stack:
        lines = stack.enter_context(_Lines())
        book_path = stack.enter_context(opc.replacing(book, overwrite=True))
        table_path = stack.enter_context(opc.replacing(table, overwrite=True))
        writers = ExitStack()  # closed before the files replace earlier ones
        stack.enter_context(writers)
        csv = writers.enter_context(CsvTable(table_path, _TYPED))
        if with_parquet:
            columnar_path = stack.enter_context(opc.replacing(columnar, overwrite=True))
            parquet = writers.enter_context(ParquetTable(columnar_path, _TYPED))
        for part in _parts(journal, jobs, method.rules_sha256, with_parquet, pool):
            for line in part.lines:
                portfolio.add(line)
                lines.add(line, None if line["levels"] is None else sheets.by_risk(line))
            portfolio.include(part.counts)
            csv.append(part.csv)
            if with_parquet and part.csv:  # a group without rows would be one for nothing
                parquet.append(part.table)
        writers.close()
        sheets.write_portfolio(portfolio, lines.by_risk(), book_path, book, method, lang, today, scratch=lines.folder)
        workbook = opc.Workbook(book_path.read_bytes())
        marks.seal(workbook)
        book_path.write_bytes(workbook.parts.written())
    written = [book, table, columnar] if with_parquet else [book, table]
    return [str(path) for path in written], kept, problem


_Given = list[tuple[Job, str, Noted]]


def _parts(journal: Journal, jobs: Sequence[Job], rules: str, with_parquet: bool, pool: Pool | None) -> Iterator[Part]:
    """The parts of the portfolio in the order of the jobs, made by the workers of a cluster where `pool` is one.

    What a worker cannot make is made here: it died, it lacks the extra for Parquet, or no worker is left.
    """
    if pool is None or pool.near:
        for given in _given(journal, jobs):
            yield make_part(given, rules, with_parquet)
        return
    running: deque[tuple[_Given, Future[Part] | None]] = deque()
    patience = _PATIENCE

    def ended() -> Part:
        nonlocal patience
        given, begun = running.popleft()
        try:
            if begun is not None:
                return begun.result(patience)
        except TimeoutError:
            patience = 0.0
        except Exception:  # each pool has errors of its own; a fault of `make_part` is raised below
            pass
        return make_part(given, rules, with_parquet)

    for given in _given(journal, jobs):
        begun = None
        with contextlib.suppress(Exception):  # of a cluster that is gone
            begun = pool.call(make_part, given, rules, with_parquet) if patience else None
        running.append((given, begun))
        if len(running) >= min(pool.width, _AHEAD):
            yield ended()
    while running:
        yield ended()


def _given(journal: Journal, jobs: Sequence[Job]) -> Iterator[_Given]:
    """The workbooks of each part, with the name shown for the client."""
    given: _Given = []
    size = 0
    for job, name in zip(jobs, names_of(journal, jobs), strict=True):
        noted = journal.noted(job)
        if noted is None:
            continue
        given.append((job, name, noted))
        size += _LINE + len(noted.record or b"")
        if size >= _PART:
            yield given
            given, size = [], 0
    if given:
        yield given


def make_part(given: _Given, rules: str, with_parquet: bool) -> Part:
    """The part of some workbooks; levels are counted of those whose method has the SHA-256 `rules`."""
    from riskbook import sheets

    lines, counts = [], sheets.Portfolio()
    rows: list[tuple[Any, ...]] = []
    for job, name, noted in given:
        outcome, since = noted.opened(job)
        record, old = (outcome.record, None) if outcome.last is None else outcome.last
        lines.append(_line(job, outcome, since, name, record, old))
        if record is None:
            continue
        own = run_from(record["run"]).rules.split(":")
        if own[1] == rules[: len(own[1])]:
            _count(counts, record)
        else:
            counts.others[own[0]] += 1
        rows += _rows(job, record, name)
    return Part(lines, counts, csv_lines(rows), arrow_table(rows, _TYPED) if with_parquet else None)


def refuse_place(place: str, *, force: bool) -> None:
    """Raises `OutputError` for a URL, a place below a file, a locked workbook, and foreign files in its place."""
    book, table, columnar = portfolio_paths(place)
    above = next(parent for parent in (book.parent, *book.parent.parents) if parent.exists())
    if storage.is_url(place) or not above.is_dir() or book.is_dir():
        raise OutputError("portfolio-place", path=storage.shown(place))
    opc.refuse_locked(book)
    for path, is_ours in (
        (book, is_portfolio),
        (table, _is_table),
        (columnar, lambda path: column_names(path) == list(_COLUMNS)),
    ):
        if path.exists() and not force and not is_ours(path):
            raise OutputError("exists", path=str(path))


def _is_table(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.readline().decode("utf-8-sig", "replace").rstrip("\r\n") == ",".join(_COLUMNS)


def _is_untouched(book: Path) -> bool:
    """Whether no program has saved the workbook since riskbook wrote it."""
    try:
        workbook = opc.Workbook(book.read_bytes())
        return marks.is_sealed(workbook, marks.properties_of(workbook))
    except (OSError, RiskbookError):
        return False


def is_portfolio(book: Path) -> bool:
    """Whether a file is the workbook of a portfolio by riskbook."""
    try:
        return marks.properties_of(opc.Workbook(book.read_bytes())).get("format") == "portfolio"
    except (OSError, RiskbookError):
        return False


class _Lines:
    """The lines of all workbooks in a temporary file, which sorts them; a context manager."""

    def __enter__(self) -> _Lines:
        self._temporary = opc.temporary_folder()
        self.folder = Path(self._temporary.name)
        self._db = sqlite3.connect(self.folder / "lines.db")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("CREATE TABLE lines (large, medium, risk, client, file, line BLOB)")
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        self._temporary.cleanup()

    def add(self, line: sheets.Line, place: tuple[Any, ...] | None) -> None:
        """Keeps a line; `place`: as `sheets.by_risk` gives it, None for one without figures."""
        self._db.execute("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?)", (*(place or [None] * 5), pickle.dumps(line)))

    def by_risk(self) -> Iterator[sheets.Line]:
        """The lines with the highest risks first; those without figures last, in the order in which they came."""
        order = "risk IS NULL, large, medium, risk, client, file, rowid"
        for (line,) in self._db.execute(f"SELECT line FROM lines ORDER BY {order}"):
            yield pickle.loads(line)  # written by this process


def _line(
    job: Job,
    outcome: Outcome,
    since: dict[str, Any] | None,
    client: str,
    record: dict[str, Any] | None,
    old: date | None,
) -> dict[str, Any]:
    """The line of a workbook; `record`: its last one, `old`: the day of that where this run failed."""
    name = storage.shown(job.name)
    empty: dict[str, Any] = {
        "client": client,
        "file": name,
        "old": old,
        "status": outcome.status,
        "error": outcome.error,
        "output": outcome.output,
        "levels": None,
        "risk": None,
        "share": None,
        "highest": (),
        "treatments": None,
        "errors": None,
        "warnings": None,
        "since": None,
        "self_check": None,
    }
    if record is None:
        return empty
    assets = [asset for asset in record["assets"] if asset["risk"] is not None]
    highest = sorted(assets, key=lambda asset: (-asset["risk"], -asset["importance"]))[:_HIGHEST]
    open_findings = Counter(finding["severity"] for finding in record["findings"] if finding["open"])
    return empty | {
        "levels": bands(record["summary"]),
        "risk": record["run"]["risk"],
        "share": record["run"]["share"],
        "highest": [(asset["name"] or "", asset["risk"]) for asset in highest],
        "treatments": Counter(asset["decided"] or asset["treatment"] for asset in record["assets"]),
        "self_check": record.get("self_check", {}).get("total"),
        "errors": open_findings[ERROR],
        "warnings": open_findings[WARNING],
        "since": since and {**since, "levels": bands(since["levels"])},
    }


def _count(portfolio: sheets.Portfolio, record: dict[str, Any]) -> None:
    portfolio.levels.update(record["summary"])
    for asset in record["assets"]:
        if asset["risk"] is not None:
            portfolio.fields[asset["importance"], asset["likelihood"]] += 1
        portfolio.media.setdefault(asset["medium"], Counter())[asset["level"]] += 1
        portfolio.suggested[asset["treatment"]] += 1
        portfolio.decided[asset["decided"]] += 1


def _rows(job: Job, record: dict[str, Any], client: str) -> Iterator[tuple[Any, ...]]:
    head = (client, storage.shown(job.name), record["run"]["on"])
    for asset in record["assets"]:
        yield (*head, *(asset[name] for name in _ASSET_FIELDS))
