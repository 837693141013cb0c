"""The assessment of one workbook as files that other programs read."""

from riskbook.exports.files import FORMATS, export_files
from riskbook.exports.tables import SCHEMA, TABLES, data_package, json_schema, tables

__all__ = ["FORMATS", "SCHEMA", "TABLES", "data_package", "export_files", "json_schema", "tables"]
