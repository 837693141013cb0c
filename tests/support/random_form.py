"""Firms at random, of any size: for pictures and measurements."""

from __future__ import annotations

import random

from tests.support.forms import MEDIA, MEDIA_EN, QUESTIONS, THREATS, Asset, Form

_DEPARTMENTS = (
    ("営業部", "Sales"),
    ("開発部", "Development"),
    ("製造本部第二工場品質保証グループ", "Manufacturing and quality assurance, second plant"),
    ("経理部", "Accounting"),
    ("総務部", "General affairs"),
    ("情報システム部", "IT"),
    ("法務部", "Legal"),
    ("購買部", "Purchasing"),
    ("", ""),
)
NAMES = (
    ("得意先別取引条件および連絡履歴を含む顧客基本台帳", "Customer register with terms and contact history"),
    ("見積書", "Quotations"),
    ("設計図", "Drawings"),
    ("給与データ", "Payroll"),
)


def random_form(count: int, lang: str, seed: int | None = None) -> Form:
    """A firm at random, with long names and rows without department."""
    chance, at = random.Random(count if seed is None else seed), 0 if lang == "ja" else 1
    media = (MEDIA, MEDIA_EN)[at]
    assets = [
        Asset(
            ("営業", "Sales")[at],
            f"{chance.choice(NAMES)[at]} {number}",
            chance.choice(media),
            (chance.choice((1, 2, 3)), chance.choice((1, 2)), chance.choice((1, 2))),
            chance.choice(_DEPARTMENTS)[at],
        )
        for number in range(1, count + 1)
    ]
    threats = [
        (media[MEDIA.index(medium)], (name, f"Threat {n}")[at], v) for n, (medium, name, v) in enumerate(THREATS)
    ]
    answers = [(kind, (q, f"Measure {n}")[at], chance.choice((1, 2, 3, 3))) for n, (kind, q, _) in enumerate(QUESTIONS)]
    company = ("北浜精機株式会社", "Harbour Design and Engineering Ltd.")[at]
    return Form({("台帳", "Ledger")[at]: assets}, threats, answers, company=company, lang=lang)
