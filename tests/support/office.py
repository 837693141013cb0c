"""LibreOffice as a judge: it opens a workbook, recalculates everything, and saves it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from html import escape
from pathlib import Path

import pytest

_FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "pdf": "calc_pdf_Export"}
_WITHIN = 300.0  # seconds for a workbook
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SETTINGS = (  # the profile is complete, else LibreOffice would put its own empty macros there; recalculate always
    f'{_HEAD}<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    '<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse">'
    "<value>true</value></prop></item>"
    '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
    "<value>0</value></prop></item></oor:items>"
)
_LIBRARIES = (
    f'{_HEAD}<library:libraries xmlns:library="http://openoffice.org/2000/library">'
    '<library:library library:name="Standard" library:link="false"/></library:libraries>'
)
_LIBRARY = (
    f'{_HEAD}<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" '
    'library:readonly="false" library:passwordprotected="false"><library:element library:name="Office"/>'
    "</library:library>"
)
_MODULE = (
    f'{_HEAD}<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Office" '
    'script:language="StarBasic">{}</script:module>'
)


class Office:
    """One LibreOffice for many workbooks: to start it takes three times as long as to convert a small one."""

    def __init__(self, program: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="office-"))
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        profile = self._folder / "profile/user"
        (profile / "basic/Standard").mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
        (profile / "basic/script.xlc").write_text(_LIBRARIES, "utf-8")
        (profile / "basic/Standard/script.xlb").write_text(_LIBRARY, "utf-8")
        macro = _MODULE.format(escape(Path(__file__).with_name("office.bas").read_text("utf-8"), quote=False))
        (profile / "basic/Standard/Office.xba").write_text(macro, "utf-8")

    def convert(self, workbook: Path, result: Path, kind: str = "xlsx") -> Path:
        """Saves a workbook as .xlsx or .pdf; fails where LibreOffice does not open it."""
        job, answer = self._folder / "job", self._folder / "answer"
        lines = (workbook.resolve().as_uri(), result.resolve().as_uri(), _FILTERS[kind], "")
        answer.unlink(missing_ok=True)
        (self._folder / "job.new").write_text("\n".join(lines), "utf-8")
        (self._folder / "job.new").rename(job)
        until, starts = time.monotonic() + _WITHIN, 0
        while not answer.exists():
            if not self._runs:  # it ends by itself when it has nothing to do for long, perhaps before it saw the job
                assert job.exists() and starts < 2, f"LibreOffice ended over {workbook.name}"  # noqa: PT018
                starts += 1
                self._start()
            if time.monotonic() > until:
                self._kill()
                pytest.fail(f"LibreOffice does not end with {workbook.name}")
            time.sleep(0.02)
        said = answer.read_text("utf-8").strip()
        answer.unlink()
        assert said == "done", f"LibreOffice did not open {workbook.name}: {said}"
        assert result.exists()
        return result

    @property
    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _start(self) -> None:
        command = [self._program, f"-env:UserInstallation={(self._folder / 'profile').as_uri()}", "--headless"]
        macro = f'macro:///Standard.Office.Serve("{self._folder}")'
        self._process = subprocess.Popen(
            [*command, "--norestore", "--nologo", macro],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # the program is a script with children, which end together
        )

    def _kill(self) -> None:
        if self._process is not None and self._runs:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def end(self) -> None:
        """Ends LibreOffice and deletes its files."""
        self._kill()
        shutil.rmtree(self._folder, ignore_errors=True)


@cache
def office() -> Office | None:
    """The LibreOffice of this process; None where it is not installed. conftest.py ends it."""
    program = shutil.which("soffice")
    return Office(program) if program else None
