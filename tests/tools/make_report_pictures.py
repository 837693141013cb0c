"""Makes the pictures of docs/*/reference/report-samples.md with LibreOffice: `python -m tests.tools.make_report_pictures`."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from PIL import Image

import riskbook
from riskbook.report import as_pdf, find_office, written
from riskbook.text import LANGUAGES
from tests.support.days import TODAY
from tests.support.places import ROOT, SAMPLES

IMAGES = ROOT / "docs" / "images"
STEMS = ("kitahama-seiki", "aoba-foods", "midori-clinic")
PAGES = 4
_DPI, _COLOURS = 56, 64


def main() -> None:
    """Draws the first pages of the reports about three samples, in both languages."""
    office = find_office()
    assert office is not None, "LibreOffice is not installed"
    for stem in STEMS:
        result = riskbook.assess(SAMPLES / f"{stem}.xlsx", today=TODAY)
        for lang in LANGUAGES:
            with tempfile.TemporaryDirectory() as folder:
                pdf = Path(folder, "report.pdf")
                pdf.write_bytes(as_pdf(written(result, lang), office))
                pages = ["-f", "1", "-l", str(PAGES)]
                subprocess.run(["pdftoppm", "-r", str(_DPI), *pages, "-png", pdf, Path(folder, "page")], check=True)
                for number, page in enumerate(sorted(Path(folder).glob("page*.png")), start=1):
                    name = f"report-{stem}-{lang}-{number}.png"
                    # Fewer colours, a third of the size: a report has hardly any.
                    Image.open(page).convert("RGB").quantize(_COLOURS).save(IMAGES / name, optimize=True)
                    print(f"docs/images/{name}")


if __name__ == "__main__":
    main()
