"""The workbook of a month for auditors."""
