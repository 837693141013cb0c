"""The one tree of exceptions.

    RiskbookError              anything riskbook raises on purpose
    ├── MethodError            a method file is not usable (exit 2)
    ├── ClusterError           workbooks cannot be run, or run on, where they were to be run (exit 3)
    └── WorkbookError          this file cannot go on (exit 3)
        ├── PackageError       not a workbook riskbook can open, or one it must not touch
        ├── LedgerError        a workbook, but its ledger, threats or checks cannot be identified
        └── OutputError        the result cannot be put where it should go

An exception carries a message key and its parameters; the sentence a person reads is made from them
by `riskbook.text`. A wrong cell is never an exception but a `riskbook.Finding`.
"""

from __future__ import annotations

from typing import Any


class RiskbookError(Exception):
    """Base of all errors raised on purpose; `key` names the message, `params` fill it."""

    def __init__(self, key: str, /, **params: Any) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.key} ({details})" if details else self.key

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.key, self.params)


def _rebuild(kind: type[RiskbookError], key: str, params: dict[str, Any]) -> RiskbookError:
    return kind(key, **params)


class MethodError(RiskbookError):
    """A method file is missing, is not TOML, or holds a value that is not allowed."""


class ClusterError(RiskbookError):
    """The cluster is missing, unsuitable or lost; finished work is in the journal."""


class WorkbookError(RiskbookError):
    """This workbook cannot be processed; nothing was written."""


class PackageError(WorkbookError):
    """The file is not an OOXML workbook, is damaged, protected by a password or unsafe."""


class LedgerError(WorkbookError):
    """No ledger was found, or two sheets claim to be the one threat or check sheet."""


class OutputError(WorkbookError):
    """The result cannot be written: it exists, is locked, read-only, or the disk is full."""
