"""Makes docs/findings.md from the catalogue: `python -m tests.make_docs`."""

from __future__ import annotations

from pathlib import Path

from riskbook.model import FINDING_SEVERITY, SEVERITIES
from riskbook.text.findings import FINDINGS

TARGET = Path(__file__).parent.parent / "docs" / "findings.md"


def findings_page() -> str:
    """The catalogue of findings: code, severity, message and what mends it, in both languages."""
    lines = [
        "# Findings / 指摘の一覧",
        "",
        "error: the row's result cannot be trusted · warning: a person should look · info: what was normalised.",
        "A case can be milder or graver than its code: `cia-missing` is a warning as long as something counts.",
        "",
        "| code | severity | message | what mends it |",
        "|---|---|---|---|",
    ]
    by_severity = sorted(FINDING_SEVERITY, key=lambda code: (SEVERITIES.index(FINDING_SEVERITY[code]), code))
    for code in by_severity:
        for key, (ja, en, mend_ja, mend_en) in FINDINGS.items():
            if key.split(".")[0] == code:
                lines.append(f"| `{key}` | {FINDING_SEVERITY[code]} | {ja}<br>{en} | {mend_ja}<br>{mend_en} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(findings_page(), encoding="utf-8")
