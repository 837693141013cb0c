"""The guideline as data: method files, loaded and checked."""

from riskbook.method.instruments import mentions, points
from riskbook.method.load import available_methods, load_form, load_method
from riskbook.method.method import Level, Measure, Medium, Method, Predicate, TreatmentRule

__all__ = [
    "Level",
    "Measure",
    "Medium",
    "Method",
    "Predicate",
    "TreatmentRule",
    "available_methods",
    "load_form",
    "load_method",
    "mentions",
    "points",
]
