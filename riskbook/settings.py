"""How workbooks are assessed: one `Settings` for pipeline, batch and command line; and the project file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from riskbook.errors import MethodError
from riskbook.method import Method, available_methods, load_method, with_effort
from riskbook.method.profile import applied, check_sheets
from riskbook.model import ALL_PAGES, ASKED_KINDS, ASSESSED, SHEET_KINDS, Pages, page_kinds
from riskbook.opc import MOST_BACKUPS, Limits

PROJECT_FILE = "riskbook.toml"


def own_profile(workbook: Path) -> Path:
    """The profile of one workbook alone, beside it: NAME.riskbook.toml; also that of its result, NAME-assessed."""
    return workbook.with_name(f"{workbook.stem.removesuffix(ASSESSED) or workbook.stem}.{PROJECT_FILE}")


@dataclass(frozen=True)
class Project:
    """The content of a project file: a table a field.

    `columns`: header text → field. `scale`, `values`, `media`, `sheets`, `rows`: how the client's files are to be read,
    as `riskbook.method.profile` says. `limits`: of a package, by name in `Limits`. `client`: id and name. `backups`:
    keep. `effort`: what measures take, as `[effort]` of a method. `output`: with and sheets, the kinds of riskbook's
    sheets. `method`: a method's name or file, "" for none.
    """

    columns: Mapping[str, Any] = field(default_factory=dict)
    scale: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    media: Mapping[str, Any] = field(default_factory=dict)
    sheets: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    client: Mapping[str, Any] = field(default_factory=dict)
    backups: Mapping[str, Any] = field(default_factory=dict)
    effort: Mapping[str, Any] = field(default_factory=dict)
    output: Mapping[str, Any] = field(default_factory=dict)
    method: str = ""

    def over(self, other: Project) -> Project:
        """Both merged; where both have a key, this one wins. Lists and tables of words are joined, scales are not."""
        if self == _NOTHING:  # most folders have no project file
            return other
        merged = {name: {**getattr(other, name), **getattr(self, name)} for name in _TABLES if name not in _JOINED}
        merged |= {name: _joined(getattr(other, name), getattr(self, name)) for name in _JOINED}
        return Project(**merged, method=self.method or other.method)


_NOTHING = Project()
_JOINED = ("values", "media", "rows", "effort")
_OUTPUT = {"with": ASKED_KINDS, "sheets": SHEET_KINDS}
_READ_BY = ("scale", "values", "media", "rows")
_TABLES = tuple(entry.name for entry in fields(Project) if entry.name != "method")


def _joined(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(under)
    for name, value in over.items():
        below = under.get(name)
        if isinstance(value, dict) and isinstance(below, dict):
            value = {**below, **value}
        elif isinstance(value, list) and isinstance(below, list):
            value = [*below, *(one for one in value if one not in below)]
        result[name] = value
    return result


@dataclass(frozen=True)
class Settings:
    """How workbooks are assessed.

    `method`: the loaded method. `today`: the day of the assessment, None for the clock's. `lang`: "ja" | "en", the
    language of riskbook's sheets, None for that of the workbook's headers. `strict`: an unknown threat or
    vulnerability is an error instead of counting as the worst. `password`: of encrypted workbooks; results are
    encrypted with it again. `drop_signature`: remove a digital signature. `columns`: header text → field, where
    detection fails; they take precedence over those of `project`, the content of project files. `profile`: a project
    file for all workbooks of a run; that of a workbook's own folder wins. `method_given`: the method was chosen for
    this run, so that project files do not change it. `budget`: yen and person-days for the best set of measures, None
    for no limit; what is given here counts before what stands on the measure plan.
    `pages`: which of riskbook's sheets are written, over `project`.
    """

    method: Method = field(default_factory=load_method)
    today: date | None = None
    lang: str | None = None
    strict: bool = False
    password: str | None = field(default=None, repr=False)
    drop_signature: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    project: Project = field(default_factory=Project)
    profile: Project = field(default_factory=Project)
    method_given: bool = False
    budget: tuple[float | None, float | None] = (None, None)
    pages: Pages = field(default_factory=Pages)

    def beside(self, workbook: Path, origin: Path | None = None) -> Settings:
        """The settings for one workbook: the project files of its folder and those above, over `project`.

        The nearest wins, first of all the workbook's own profile (NAME.riskbook.toml); `profile` comes between a
        workbook's own folder and those above. Who the client is, only the files of its own folder say. `origin`: the
        input that a result in another folder was made from; what holds for it holds for the result, under the files of
        folders that are only the result's. Raises `MethodError`.
        """
        workbook, origin = workbook.resolve(), origin and origin.resolve()
        if origin is None:
            project = self._project_of(workbook.parent)
        else:
            project, seen = self._project_of(origin.parent), origin.parents
            for above in reversed(workbook.parents):
                project = project if above in seen else read_project(above).over(project)
        for one in (workbook,) if origin is None else (origin, workbook):
            # Not Path.is_file, which raises where a long name of a workbook makes one that is too long.
            if os.path.isfile(own := own_profile(one)):
                project = read_project_file(own).over(project)
        chosen = bool(project.method) and not self.method_given
        method = load_method(project.method) if chosen else self.method
        return replace(self, project=project, method=with_effort(method, project.effort, PROJECT_FILE))

    def _project_of(self, folder: Path) -> Project:
        project = self.project
        for above in reversed(folder.parents):
            project = read_project(above).over(project)
        return read_project(folder).over(replace(self.profile.over(project), client={}))

    def reading_method(self) -> Method:
        """The method with what the project files say about how to read. Raises `MethodError`."""
        tables = {name: getattr(self.project, name) for name in _READ_BY}
        return applied(self.method, tables, PROJECT_FILE) if any(tables.values()) else self.method

    def field_of(self) -> dict[str, str]:
        """Header text → field, from `columns` and project. Raises `MethodError` for an unknown field."""
        columns = {**self.project.columns, **self.columns}
        known = {name for spec in self.method.headers.values() for name in spec.fields}
        for header, name in columns.items():
            if name not in known:
                raise MethodError("map-unknown", header=header, field=name, known=tuple(sorted(known)))
        return columns

    def read_by(self) -> dict[str, Any]:
        """What decides how a file is read, beside the method: the tables of the project files that say something."""
        tables = {name: getattr(self.project, name) for name in (*_READ_BY, "sheets")}
        return {name: value for name, value in {"columns": self.field_of(), **tables}.items() if value}

    def limits(self) -> Limits:
        """The limits of a package. Raises `MethodError` for an unknown limit, or one that is no whole number ≥ 1."""
        _refuse_others("limits", self.project.limits, [entry.name for entry in fields(Limits)], _is_count, " ≥ 1")
        return Limits(**self.project.limits)

    def backups(self) -> int:
        """The number of dated backups that are kept of a file. Raises `MethodError` for less than 1."""
        _refuse_others("backups", self.project.backups, ["keep"], _is_count, " ≥ 1")
        return int(self.project.backups.get("keep", MOST_BACKUPS))

    def client(self) -> tuple[str, str]:
        """The client's id in histories and the name shown to people, "" for what the project file does not say.

        Raises `MethodError` for anything but a text.
        """
        _refuse_others("client", self.project.client, ["id", "name"], _is_name, ' = "…"')
        return str(self.project.client.get("id", "")).strip(), str(self.project.client.get("name", "")).strip()

    def chosen_pages(self) -> Pages:
        """Which of riskbook's sheets are written. Raises `MethodError` for an unknown kind."""
        kinds: dict[str, tuple[str, ...]] = {}
        for name, value in self.project.output.items():
            known = _OUTPUT.get(name)
            found = page_kinds(value, known) if known and _is_texts(value) else None
            if found is None:
                allowed = ", ".join((ALL_PAGES, *known) if known else _OUTPUT)
                key = f"output.{name}"
                raise MethodError("method-invalid", method=PROJECT_FILE, key=key, found=repr(value), may=allowed)
            kinds[name] = found
        return self.pages.over(Pages(kinds.get("with", ()), kinds.get("sheets", ())))

    def check(self) -> None:
        """Raises `MethodError` where a project file says something that cannot be used."""
        self.field_of()
        self.reading_method()
        check_sheets(self.project.sheets, PROJECT_FILE)
        self.limits()
        self.backups()
        self.client()
        self.chosen_pages()


def _is_count(value: Any) -> bool:
    # `true` is an int to Python, so booleans are refused by name.
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _refuse_others(
    table: str, found: Mapping[str, Any], known: Sequence[str], may: Callable[[Any], bool], words: str
) -> None:
    for name, value in found.items():
        if name not in known or not may(value):
            allowed = ", ".join(f"{entry}{words}" for entry in known)
            key = f"{table}.{name}"
            raise MethodError("method-invalid", method=PROJECT_FILE, key=key, found=repr(value), may=allowed)


def read_project(folder: Path) -> Project:
    """The content of a folder's project file, empty where the folder has none.

    Raises `MethodError` for a file that is not TOML or has a unknown table.
    """
    path = folder / PROJECT_FILE
    return read_project_file(path) if path.is_file() else Project()


def read_project_file(path: Path) -> Project:
    """The content of a project file. Raises `MethodError` for one that cannot be read."""
    try:
        # Notepad on Windows may begin a file with a byte order mark.
        text = path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise MethodError("method-toml", method=str(path), detail=str(error)) from error
    return parse_project(text, path)


def parse_project(text: str, path: Path) -> Project:
    """The project file of this content; `path`: of the file, for errors. Raises `MethodError`."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MethodError("method-toml", method=str(path), detail=str(error)) from error
    for name, table in content.items():
        if name == "method" and _is_name(table):
            continue
        if name not in _TABLES or not isinstance(table, dict):
            allowed = ", ".join(['method = "…"', *(f"[{entry}]" for entry in _TABLES)])
            raise MethodError("method-invalid", method=str(path), key=name, found=repr(table), may=allowed)
    method = content.get("method", "")
    # A method file is named from the folder of the project file.
    if method and method not in available_methods():
        content["method"] = str(path.resolve().parent / method)
    return Project(**content)
