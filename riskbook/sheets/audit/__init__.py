"""The workbook of the monthly package for auditors."""
