"""The blank form that riskbook issues."""
