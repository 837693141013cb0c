"""The guideline's questionnaires (self-check, cloud services), wherever they stand in a workbook."""

from riskbook.reading.questionnaires.read import find_items, find_numbered, read_items

__all__ = ["find_items", "find_numbered", "read_items"]
