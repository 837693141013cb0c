"""Writes the blank form that riskbook issues."""
