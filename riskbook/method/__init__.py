"""The guideline as data: method files, their schema, and how they are loaded and checked."""

from riskbook.method.basics import Meets, Publication
from riskbook.method.effort import effort_class, with_effort
from riskbook.method.instruments import (
    CloudSpec,
    CommonMeasure,
    FactsSpec,
    Item,
    QuestionnaireSpec,
    SelfCheckSpec,
    Service,
    Star,
    ThreatsSpec,
    WayIn,
    mentions,
)
from riskbook.method.load import available_methods, load_form, load_method, word_orders
from riskbook.method.method import Method
from riskbook.method.schema import BasicRule, FormFile, Measure, Scale

__all__ = [
    "BasicRule",
    "CloudSpec",
    "CommonMeasure",
    "FactsSpec",
    "FormFile",
    "Item",
    "Measure",
    "Meets",
    "Method",
    "Publication",
    "QuestionnaireSpec",
    "Scale",
    "SelfCheckSpec",
    "Service",
    "Star",
    "ThreatsSpec",
    "WayIn",
    "available_methods",
    "effort_class",
    "load_form",
    "load_method",
    "mentions",
    "with_effort",
    "word_orders",
]
