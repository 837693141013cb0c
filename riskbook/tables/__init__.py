"""Tables for other programs: CSV and Parquet, written and read in one place, and calendar files."""

from riskbook.tables.calendar import Event, has_calendar, is_own_calendar, written_calendar
from riskbook.tables.csv import CsvTable, csv_lines, read_csv
from riskbook.tables.kinds import FLAG, KIND_OF, NUMBER, TEXT, WHOLE, Columns
from riskbook.tables.lists import read_list
from riskbook.tables.parquet import ParquetTable, arrow_table, column_names, has_parquet, read_parquet

__all__ = [
    "FLAG",
    "KIND_OF",
    "NUMBER",
    "TEXT",
    "WHOLE",
    "Columns",
    "CsvTable",
    "Event",
    "ParquetTable",
    "arrow_table",
    "column_names",
    "csv_lines",
    "has_calendar",
    "has_parquet",
    "is_own_calendar",
    "read_csv",
    "read_list",
    "read_parquet",
    "written_calendar",
]
