"""Where the workbooks are that tests read."""

from __future__ import annotations

import os
from pathlib import Path

TESTS = Path(__file__).parent.parent
ROOT = TESTS.parent
SAMPLES = ROOT / "samples"
PACKAGES = TESTS / "assets" / "package"
DEFECT_FILES = TESTS / "assets" / "defects"
EARLIER = TESTS / "assets" / "earlier"  # results of earlier versions, in which people typed
SEEN = TESTS / "assets" / "seen"
SHARED = Path(os.environ.get("RISKBOOK_SHARED", ROOT.parent / "shared"))
FORMS = SHARED / "forms"
CASES = SHARED / "cases"
CORPUS = Path(os.environ.get("RISKBOOK_CORPUS", SHARED / "corpus"))
CLINIC, HARBOUR, KITAHAMA = (SAMPLES / f"{n}.xlsx" for n in ("midori-clinic", "harbour-design", "kitahama-seiki"))


def workbooks() -> list[Path]:
    """Every real form at hand that riskbook has not written to, the samples included."""
    samples = [path for path in sorted(SAMPLES.glob("*.xlsx")) if path.stem not in ("aoba-foods", "five-minute-check")]
    return [*samples, *sorted(FORMS.glob("*.xlsx"))]
