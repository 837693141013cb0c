"""Recognises the name of a company in the texts above a ledger or questionnaire."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Legal forms of Japan; they stand before or after the name.
_FORM = (
    r"(?:株式会社|有限会社|合同会社|合資会社|合名会社|(?:医療|社団|財団|学校|宗教|社会福祉|NPO|監査|税理士|弁護士)法人"
    r"|㈱|㈲|[(（][株有][)）])"
)
_LONGEST_TITLE = 300  # characters: a longer text above a ledger is no title, and patterns take long over it
_COMPANY = re.compile(rf"[^\s　（）()：:]+{_FORM}|(?:一般|公益)?{_FORM}[\s　]?[^\s　（）()：:]+")
_COMPANY_EN = re.compile(r"[^\s　].*?\b(?:Ltd|Inc|LLC|K\.K|Corp|GmbH)\b\.?")
_COMPANY_LABEL = re.compile(r"(?:会社名|事業者名|企業名|組織名|法人名|company)\s*[:：]\s*(.+)", re.IGNORECASE)


def company_in(texts: Iterable[str]) -> str | None:
    """The company named in the first text that names one, after a label or by a legal form; None without one."""
    for text in (text[:_LONGEST_TITLE] for text in texts):
        match = _COMPANY_LABEL.search(text)
        if match:
            return match[1].strip()
        match = _COMPANY.search(text) or _COMPANY_EN.search(text)
        if match:
            return match[0].strip("　 :：")
    return None
