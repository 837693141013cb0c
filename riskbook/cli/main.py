"""The group of all commands."""

from __future__ import annotations

import click

import riskbook
from riskbook.cli.assess import assess
from riskbook.cli.audit import audit, verify
from riskbook.cli.check import check
from riskbook.cli.diff import diff
from riskbook.cli.history import forget, history
from riskbook.cli.new import new
from riskbook.cli.plan import plan
from riskbook.cli.restore import restore
from riskbook.cli.watch import watch


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(riskbook.__version__, prog_name="riskbook")
def main() -> None:
    """Risk assessment inside the client's own Appendix-7 workbook.

    Exit codes: 0 success, 1 findings of severity error (or packages that changed), 2 wrong usage, 3 some file could not
    be processed, 4 a bug in riskbook, 130 interrupted.
    """


for _command in (assess, audit, check, diff, forget, history, new, plan, restore, verify, watch):
    main.add_command(_command)
