"""The command line: one module a command; the only room that prints or exits."""

from riskbook.cli.main import main

__all__ = ["main"]
