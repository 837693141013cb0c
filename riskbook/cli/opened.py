"""What the menu of the file manager runs, as `python -m riskbook.cli.opened LANGUAGE FILE...`: see `riskbook setup`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from riskbook.cli.main import main
from riskbook.cli.terminal import label, say
from riskbook.desktop import DROPPED, files_of


def run(lang: str, files: Sequence[str]) -> None:
    """Assesses the files, and keeps the window open until somebody has read what was said."""
    dropped = os.environ.pop(DROPPED, None)
    with contextlib.suppress(SystemExit):
        main(["--lang", lang, "assess", "--", *(files if dropped is None else files_of(dropped))])
    say(f"\n{label('setup.close', lang)}")
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        input()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
