"""The command line: a module for each command; the only room that prints or exits."""

from riskbook.cli.main import main

__all__ = ["main"]
