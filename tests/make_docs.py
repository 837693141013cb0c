"""Compiles the catalogue of texts and makes docs/findings.md from it: `python -m tests.make_docs`."""

from __future__ import annotations

import re
from pathlib import Path

from riskbook.text import SEVERITIES
from riskbook.text.catalogue import DATA
from riskbook.text.compile import compile_catalogue, parsed

TARGET = Path(__file__).parent.parent / "docs" / "findings.md"


def findings_page() -> str:
    """The catalogue of findings: code, severity, message and how to fix it, in both languages."""
    lines = [
        "# Findings / 指摘の一覧",
        "",
        "error: the result of the row cannot be trusted · warning: please check · info: a value that was normalised.",
        "A case can be less or more severe than its code: `cia-missing` is a warning as long as some value can be used.",
        "",
        "| code | severity | message | how to fix it |",
        "|---|---|---|---|",
    ]
    catalogue = parsed(DATA)
    severities = catalogue["severities"]
    by_severity = sorted(severities, key=lambda code: (SEVERITIES.index(severities[code]), code))
    for code in by_severity:
        for key, texts in catalogue["findings"].items():
            if key.split(".")[0] == code:
                ja, en, fix_ja, fix_en = map(_readable, texts)
                lines.append(f"| `{key}` | {severities[code]} | {ja}<br>{en} | {fix_ja}<br>{fix_en} |")
    return "\n".join(lines) + "\n"


def _readable(text: str) -> str:
    """A text without its format specifications: plurals in the plural."""
    text = re.sub(r"\{\w+:\|[^{}|]*\|([^{}|]*)\}", r"\1", text)
    text = re.sub(r"\{(\w+):[^{}]*\|([^{}|]*)\}", r"{\1} \2", text)
    return re.sub(r"\{(\w+):[^{}]*\}", r"{\1}", text)


if __name__ == "__main__":
    compile_catalogue()
    TARGET.write_text(findings_page(), encoding="utf-8")
