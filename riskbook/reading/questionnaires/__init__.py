"""Reads the guideline's questionnaires (self-check, cloud services), on whatever sheet of a workbook they are."""

from riskbook.reading.questionnaires.read import find_items, find_numbered, read_items

__all__ = ["find_items", "find_numbered", "read_items"]
