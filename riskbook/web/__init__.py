"""A local page for people without a terminal: choose workbooks, read the results, answer questions, save."""

from riskbook.web.desk import Bounds, Desk, Place
from riskbook.web.server import Served, serve

__all__ = ["Bounds", "Desk", "Place", "Served", "serve"]
