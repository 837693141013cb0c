"""A report as PDF, made by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from riskbook import opc
from riskbook.errors import OutputError

_NAMES = ("soffice", "libreoffice")
_SECONDS = 180


def find_office() -> str | None:
    """The program of LibreOffice: on the PATH, or where its installers put it; None where there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    return found or next((str(path) for path in _usual_places() if path.is_file()), None)


def _usual_places() -> list[Path]:
    if sys.platform == "darwin":
        return [Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")]
    if sys.platform == "win32":
        roots = [os.environ[name] for name in ("ProgramFiles", "ProgramFiles(x86)") if name in os.environ]
        return [Path(root, "LibreOffice", "program", "soffice.exe") for root in roots]
    return []


def as_pdf(document: bytes, program: str) -> bytes:
    """A Word document as PDF; `program`: as `find_office` gives it. Raises `OutputError` where that fails.

    LibreOffice gets a profile of its own: with that of the user it would hand the work to a window that is open.
    """
    with opc.temporary_folder() as folder:
        source = Path(folder, "report.docx")
        source.write_bytes(document)
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [
            program,
            profile,
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            done = subprocess.run(command, check=False, capture_output=True, timeout=_SECONDS)
            made = source.with_suffix(".pdf")
            if made.is_file():
                return made.read_bytes()
        except subprocess.TimeoutExpired as error:
            raise OutputError("pdf-failed", detail=f"> {_SECONDS} s") from error
        except OSError as error:
            raise OutputError("pdf-failed", detail=error.strerror or str(error)) from error
        # Without its part Writer it ends well, and has written nothing.
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise OutputError("pdf-failed", detail=said[-1] if said else f"exit code {done.returncode}")
