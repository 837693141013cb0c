"""Makes the pictures of docs/*/reference/report-samples.md with LibreOffice: `python -m tests.tools.make_report_pictures`."""

from __future__ import annotations

import subprocess
import tempfile
from datetime import date, timedelta
from pathlib import Path

import openpyxl
from PIL import Image

import riskbook
from riskbook.report import as_pdf, find_office, written
from riskbook.text import LANGUAGES
from tests.support.days import TODAY
from tests.support.places import ROOT, SAMPLES
from tests.support.workbooks import columns_of

IMAGES = ROOT / "docs" / "images"
PAGES = {"kitahama-seiki": 8, "aoba-foods": 4, "midori-clinic": 4}  # sample → the first pages of its report
_DPI, _COLOURS = 60, 64
_BEFORE = date(2026, 10, 1)
# What people have typed by the day of the report: into the first lines of the treatment plan, and of the measure plan.
_TREATMENTS = (
    {"決定": "低減", "対策内容": "社外サーバーの共有フォルダーで受け渡す", "担当": "営業部 佐藤", "期限": date(2026, 11, 10), "状況": "実施中"},
    {"決定": "低減", "担当": "総務部 田中", "期限": date(2026, 12, 25), "状況": "計画"},
    {"決定": "回避", "対策内容": "USBメモリを回収する", "担当": "製造部 鈴木", "期限": date(2026, 12, 4), "状況": "実施中"},
    {"決定": "保有", "承認者": "北浜社長", "承認日": date(2026, 10, 5), "見直し期限": date(2027, 3, 31), "理由": "来年度の更新で入れ替える"},
    {"決定": "保有"},
)  # fmt: skip
_MEASURES = 15


def _planned(folder: Path) -> Path:
    """The first sample as assessed, with plans that people have filled in."""
    path = riskbook.assess(SAMPLES / "kitahama-seiki.xlsx", today=_BEFORE).save(folder / "kitahama-seiki.xlsx")
    book = openpyxl.load_workbook(path)
    plan, measures = book["対応計画"], book["対策計画"]
    for row, typed in enumerate(_TREATMENTS, start=5):
        for header, value in typed.items():
            plan.cell(row, columns_of(plan)[header]).value = value
    for number in range(_MEASURES):
        who = ("総務部 田中", "情報システム 高橋")[number % 2]
        typed = {
            "担当": who,
            "期限": date(2026, 11, 16) + timedelta(days=3 * number),
            "状況": ("実施中", "計画")[number > 4],
        }
        for header, value in typed.items():
            measures.cell(5 + number, columns_of(measures)[header]).value = value
    book.save(path)
    return path


def main() -> None:
    """Draws the first pages of the reports about three samples, in both languages."""
    office = find_office()
    assert office is not None, "LibreOffice is not installed"
    for stem, count in PAGES.items():
        with tempfile.TemporaryDirectory() as folder:
            book = _planned(Path(folder)) if stem == "kitahama-seiki" else SAMPLES / f"{stem}.xlsx"
            result = riskbook.assess(book, today=TODAY)
        for lang in LANGUAGES:
            with tempfile.TemporaryDirectory() as folder:
                pdf = Path(folder, "report.pdf")
                pdf.write_bytes(as_pdf(written(result, lang), office))
                pages = ["-f", "1", "-l", str(count)]
                subprocess.run(["pdftoppm", "-r", str(_DPI), *pages, "-png", pdf, Path(folder, "page")], check=True)
                for number, page in enumerate(sorted(Path(folder).glob("page*.png")), start=1):
                    name = f"report-{stem}-{lang}-{number}.png"
                    # Fewer colours, a third of the size: a report has hardly any.
                    Image.open(page).convert("RGB").quantize(_COLOURS).save(IMAGES / name, optimize=True)
                    print(f"docs/images/{name}")


if __name__ == "__main__":
    main()
