"""All exceptions that riskbook raises on purpose.

    RiskbookError              anything riskbook raises on purpose
    ├── MethodError            a method file is not usable (exit 2)
    ├── TemplateError          a template of a report is not usable (exit 2)
    ├── ClusterError           the cluster that was to assess the workbooks cannot be used, or was lost (exit 3)
    └── WorkbookError          this file cannot be processed (exit 3)
        ├── PackageError       not a workbook that riskbook can open, or one it must not change
        ├── LedgerError        a workbook whose ledger, threats or checks are missing or ambiguous
        └── OutputError        the result, a history or a journal cannot be written or used

An exception carries a message key and its parameters, from which `riskbook.text` makes the sentence that a person
reads. A wrong cell is never an exception but a `riskbook.Finding`.
"""

from __future__ import annotations

from typing import Any


class RiskbookError(Exception):
    """Base of all errors raised on purpose; `key`: of the message in `riskbook/text/data`; `params`: its parameters."""

    def __init__(self, key: str, /, **params: Any) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.key} ({details})" if details else self.key

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors pass between processes; pickle would call the class without the keyword arguments.
        return _rebuild, (type(self), self.key, self.params)


def _rebuild(kind: type[RiskbookError], key: str, params: dict[str, Any]) -> RiskbookError:
    return kind(key, **params)


class MethodError(RiskbookError):
    """A method file is missing, is no TOML, or holds a value that is not allowed."""


class TemplateError(RiskbookError):
    """A template of a report names fields that do not exist, or is not written correctly."""


class ClusterError(RiskbookError):
    """The cluster cannot be reached, runs another riskbook, or was lost; finished workbooks are in the journal."""


class WorkbookError(RiskbookError):
    """This workbook cannot be processed; nothing was written."""


class PackageError(WorkbookError):
    """The file is not an OOXML workbook, is damaged, protected by a password or unsafe."""


class LedgerError(WorkbookError):
    """No ledger was recognised, or two sheets qualify as the one threat or check sheet."""


class OutputError(WorkbookError):
    """A file cannot be written or used: it exists, is locked, read-only, damaged, or the disk is full."""
