"""How workbooks are assessed: one `Settings` for pipeline, batch and command line; and the project file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from riskbook.errors import MethodError
from riskbook.method import Method, load_method
from riskbook.opc import Limits

PROJECT_FILE = "riskbook.toml"


@dataclass(frozen=True)
class Project:
    """The content of a project file. `columns`: header text → field. `limits`: of a package, by name in `Limits`."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)

    def over(self, other: Project) -> Project:
        """Both merged; where both have a key, this one wins."""
        return Project({**other.columns, **self.columns}, {**other.limits, **self.limits})


@dataclass(frozen=True)
class Settings:
    """How workbooks are assessed.

    `method`: the loaded method. `today`: the day of the assessment, None for the clock's. `lang`: "ja" | "en", the
    language of riskbook's sheets, None for that of the workbook's headers. `strict`: an unknown threat or
    vulnerability is an error instead of counting as the worst. `password`: of encrypted workbooks; results are
    encrypted with it again. `drop_signature`: remove a digital signature. `columns`: header text → field, where
    detection fails; they take precedence over those of `project`, the content of project files.
    """

    method: Method = field(default_factory=load_method)
    today: date | None = None
    lang: str | None = None
    strict: bool = False
    password: str | None = field(default=None, repr=False)
    drop_signature: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    project: Project = field(default_factory=Project)

    def beside(self, workbook: Path) -> Settings:
        """The settings for one workbook: its folder's project file over `project`. Raises `MethodError`."""
        return replace(self, project=read_project(workbook.resolve().parent).over(self.project))

    def field_of(self) -> dict[str, str]:
        """Header text → field, from `columns` and project. Raises `MethodError` for an unknown field."""
        columns = {**self.project.columns, **self.columns}
        known = {name for spec in self.method.headers.values() for name in spec.fields}
        for header, name in columns.items():
            if name not in known:
                raise MethodError("map-unknown", header=header, field=name, known=tuple(sorted(known)))
        return columns

    def limits(self) -> Limits:
        """The limits of a package. Raises `MethodError` for an unknown limit, or one that is no whole number ≥ 1."""
        known = [entry.name for entry in fields(Limits)]
        # `true` is an int to Python, so booleans are refused by name.
        for name, value in self.project.limits.items():
            if name not in known or isinstance(value, bool) or not isinstance(value, int) or value < 1:
                allowed = ", ".join(f"{entry} ≥ 1" for entry in known)
                key = f"limits.{name}"
                raise MethodError("method-invalid", method=PROJECT_FILE, key=key, found=repr(value), may=allowed)
        return Limits(**self.project.limits)


def read_project(folder: Path) -> Project:
    """The content of a folder's project file, empty where the folder has none.

    Raises `MethodError` for a file that is not TOML or has a table other than [columns] and [limits].
    """
    path = folder / PROJECT_FILE
    if not path.is_file():
        return Project()
    try:
        # Notepad on Windows may begin a file with a byte order mark.
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise MethodError("method-toml", method=str(path), detail=str(error)) from error
    known = [entry.name for entry in fields(Project)]
    for name, table in content.items():
        if name not in known or not isinstance(table, dict):
            allowed = ", ".join(f"[{entry}]" for entry in known)
            raise MethodError("method-invalid", method=str(path), key=name, found=repr(table), may=allowed)
    return Project(**content)
