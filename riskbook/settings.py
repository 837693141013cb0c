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
    """What a project file says. `columns`: header texts → field. `limits`: of a package, by their names in `Limits`."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)

    def over(self, other: Project) -> Project:
        """Both together; this one goes before."""
        return Project({**other.columns, **self.columns}, {**other.limits, **self.limits})


@dataclass(frozen=True)
class Settings:
    """How workbooks are assessed.

    `method`: the loaded method. `today`: the day of the assessment, None for that of the clock. `lang`: "ja" | "en",
    the language of the sheets, None for that of the workbook's headers. `strict`: an unknown threat or vulnerability
    is an error instead of the worst value. `password`: of encrypted workbooks, whose results are encrypted with it
    again. `drop_signature`: takes a digital signature out. `columns`: header texts → field, where detection cannot
    settle it; they go before those of `project`, the content of project files.
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
        """The settings for one workbook: the project file in its folder goes before `project`. Raises `MethodError`."""
        return replace(self, project=read_project(workbook.resolve().parent).over(self.project))

    def field_of(self) -> dict[str, str]:
        """Header texts → field, of `columns` and project. Raises `MethodError` for a field that is none."""
        columns = {**self.project.columns, **self.columns}
        known = {name for spec in self.method.headers.values() for name in spec.fields}
        for header, name in columns.items():
            if name not in known:
                raise MethodError("map-unknown", header=header, field=name, known=tuple(sorted(known)))
        return columns

    def limits(self) -> Limits:
        """The limits of a package. Raises `MethodError` for one that is none, or no whole number from 1 on."""
        known = [entry.name for entry in fields(Limits)]
        for name, value in self.project.limits.items():
            if name not in known or isinstance(value, bool) or not isinstance(value, int) or value < 1:
                may = ", ".join(f"{entry} ≥ 1" for entry in known)
                key = f"limits.{name}"
                raise MethodError("method-invalid", method=PROJECT_FILE, key=key, found=repr(value), may=may)
        return Limits(**self.project.limits)


def read_project(folder: Path) -> Project:
    """The project file of a folder, an empty one where there is none.

    Raises `MethodError` for a file that is no TOML or holds another table than [columns] and [limits].
    """
    path = folder / PROJECT_FILE
    if not path.is_file():
        return Project()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise MethodError("method-toml", method=str(path), detail=str(error)) from error
    known = [entry.name for entry in fields(Project)]
    for name, table in content.items():
        if name not in known or not isinstance(table, dict):
            may = ", ".join(f"[{entry}]" for entry in known)
            raise MethodError("method-invalid", method=str(path), key=name, found=repr(table), may=may)
    return Project(**content)
