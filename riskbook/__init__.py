"""riskbook: information-security risk assessment inside the client's own workbook (IPA guideline, Appendix 7).

import riskbook
result = riskbook.assess("client.xlsx")
result.risks        # a DataFrame, one row an asset
result.findings     # what to fix in the input, cell by cell
result.save("client-assessed.xlsx")
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Public name → the module that has it.
_HOMES = {
    "AssessedWorkbook": "riskbook.pipeline",
    "ClusterError": "riskbook.errors",
    "Finding": "riskbook.model",
    "LedgerError": "riskbook.errors",
    "MethodError": "riskbook.errors",
    "OutputError": "riskbook.errors",
    "PackageError": "riskbook.errors",
    "RiskbookError": "riskbook.errors",
    "Settings": "riskbook.settings",
    "TemplateError": "riskbook.errors",
    "WorkbookError": "riskbook.errors",
    "assess": "riskbook.pipeline",
    "load_method": "riskbook.method",
    "new_form": "riskbook.forms",
    "read": "riskbook.pipeline",
}

__all__ = [
    "AssessedWorkbook",
    "ClusterError",
    "Finding",
    "LedgerError",
    "MethodError",
    "OutputError",
    "PackageError",
    "RiskbookError",
    "Settings",
    "TemplateError",
    "WorkbookError",
    "assess",
    "load_method",
    "new_form",
    "read",
]


def __getattr__(name: str) -> Any:
    # Loaded on first use: `riskbook --help` must not wait for pandas and openpyxl.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'riskbook' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
