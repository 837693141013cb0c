"""From the bytes of a workbook to a `Ledger`; the only room that imports openpyxl."""

from riskbook.reading.plain import cell_values
from riskbook.reading.similar import closest
from riskbook.reading.values import day
from riskbook.reading.workbook import read_ledger, read_list

__all__ = ["cell_values", "closest", "day", "read_ledger", "read_list"]
