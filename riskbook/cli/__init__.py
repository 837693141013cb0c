"""The command line: a module for each command; the only room that prints or exits.

Commands import most rooms inside their functions, so that `--help` loads neither pandas nor openpyxl.
"""

from riskbook.cli.main import main

__all__ = ["main"]
