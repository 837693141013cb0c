"""The command line: one module a command; the only room that prints or exits."""

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
from riskbook.cli.watch import watch

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(riskbook.__version__, prog_name="riskbook")
def main() -> None:
    """Risk assessment inside the client's own Appendix-7 workbook.

    Exit codes: 0 clean, 1 findings of severity error, 2 usage, 3 some file could not be processed,
    4 a bug in riskbook, 130 interrupted.
    """


main.add_command(assess)
main.add_command(audit)
main.add_command(check)
main.add_command(diff)
main.add_command(forget)
main.add_command(history)
main.add_command(new)
main.add_command(plan)
main.add_command(verify)
main.add_command(watch)
