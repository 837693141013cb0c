"""What puts riskbook into the menu of the file manager: the files, by system, and which of them are riskbook's own."""

from __future__ import annotations

import plistlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from riskbook.text import LANGUAGES, label

MARK = "riskbook setup"  # stands in each file, so that it is known again
OPENED = "riskbook.cli.opened"  # the module that the menu runs: with the language and the files
DROPPED = "RISKBOOK_DROPPED"  # where it finds the command line of Windows
_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel.sheet.macroEnabled.12",
)
_IN_EXEC = str.maketrans({"\\": "\\\\\\\\", '"': '\\\\"', "`": "\\\\`", "$": "\\\\$", "%": "%%"})


@dataclass(frozen=True)
class Entry:
    """A file of a menu. `executable`: it is run itself. `top`: the folder of the bundle that it is a part of."""

    path: Path
    content: bytes
    executable: bool = False
    top: Path | None = None


def entries(system: str, environ: Mapping[str, str], home: Path, python: str, lang: str) -> list[Entry]:
    """The files for a system (as `sys.platform` names it), whose menu runs this `python` in a language."""
    if system == "win32":
        return [_send_to(environ, home, python, lang)]
    if system == "darwin":
        return _quick_action(home, python, lang)
    return _application(environ, home, python, lang)


def known(system: str, environ: Mapping[str, str], home: Path) -> list[Entry]:
    """All files that any call may have written there, in whatever language."""
    found = [entry for lang in LANGUAGES for entry in entries(system, environ, home, "", lang)]
    return list({entry.path: entry for entry in found}.values())


def is_own(path: Path) -> bool:
    """Whether a file was written by `riskbook setup`. Raises `OSError`."""
    return MARK.encode() in path.read_bytes()


def remove(entry: Entry) -> None:
    """Removes a file, and the folders of a bundle that are then empty. Raises `OSError`."""
    entry.path.unlink()
    folder = entry.path.parent
    while entry.top is not None and folder.is_relative_to(entry.top) and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def files_of(line: str) -> list[str]:
    """The files in the command line with which Windows ran the file in SendTo.

    The command processor itself would end a name without blanks at its first &, and go on with the rest.
    """
    _, _, rest = line.partition('.cmd"')
    rest = rest.strip()
    if rest.count('"') % 2:
        rest = rest[: rest.rindex('"')]
    files, quoted, name = [], False, ""
    for character in f"{rest} ":
        if character == '"':
            quoted = not quoted
        elif character == " " and not quoted:
            files += [name] if name else []
            name = ""
        else:
            name += character
    return files


def _send_to(environ: Mapping[str, str], home: Path, python: str, lang: str) -> Entry:
    """Windows: a command file in the menu “Send to”.

    `exit` at the end keeps the command processor from running what stands behind an & in the name of a file.
    """
    roaming = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
    lines = (
        "@echo off",
        f"rem {MARK}",
        "chcp 65001 >nul",
        "setlocal EnableDelayedExpansion",
        f'set "{DROPPED}=!CMDCMDLINE!"',
        "setlocal DisableDelayedExpansion",
        f'"{python.replace("%", "%%")}" -m {OPENED} {lang} || pause',
        "exit",
    )
    path = roaming / "Microsoft" / "Windows" / "SendTo" / f"{label('setup.name', lang)}.cmd"
    return Entry(path, "".join(f"{line}\r\n" for line in lines).encode())


def _application(environ: Mapping[str, str], home: Path, python: str, lang: str) -> list[Entry]:
    """Linux: an application for “Open with”, and a script in the menu of Nautilus that opens it."""
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    lines = [
        "[Desktop Entry]",
        f"# {MARK}",
        "Type=Application",
        f"Name={label('setup.name', 'en')}",
        f"Name[ja]={label('setup.name', 'ja')}",
        f'Exec="{python.translate(_IN_EXEC)}" -m {OPENED} {lang} %F',
        "Terminal=true",
        "Categories=Office;",
        f"MimeType={';'.join(_TYPES)};",
    ]
    script = f'#!/bin/sh\n# {MARK}\nexec gtk-launch riskbook-assess "$@"\n'
    return [
        Entry(data / "applications" / "riskbook-assess.desktop", "".join(f"{line}\n" for line in lines).encode()),
        Entry(data / "nautilus" / "scripts" / label("setup.name", lang), script.encode(), executable=True),
    ]


def _quick_action(home: Path, python: str, lang: str) -> list[Entry]:
    """The Quick Action of macOS: a workflow of Automator that runs a shell script, which opens a window of Terminal."""
    bundle = home / "Library" / "Services" / f"{label('setup.name', lang)}.workflow"
    quoted = python.replace("\\", "\\\\").replace('"', '\\"')
    script = f"""osascript - "$@" <<'END'
on run argv
  set typed to quoted form of "{quoted}" & " -m {OPENED} {lang}"
  repeat with one in argv
    set typed to typed & " " & quoted form of (one as text)
  end repeat
  tell application "Terminal"
    activate
    do script typed
  end tell
end run
END
"""
    service = {
        "NSMenuItem": {"default": label("setup.name", lang)},
        "NSMessage": "runWorkflowAsService",
        "NSRequiredContext": {"NSApplicationIdentifier": "com.apple.finder"},
        "NSSendFileTypes": [
            "org.openxmlformats.spreadsheetml.sheet",
            "org.openxmlformats.spreadsheetml.sheet.macroenabled",
        ],
    }
    action = {
        "AMAccepts": {"Container": "List", "Optional": True, "Types": ["com.apple.cocoa.path"]},
        "AMActionVersion": "2.0.3",
        "AMApplication": ["Automator"],
        "AMProvides": {"Container": "List", "Types": ["com.apple.cocoa.string"]},
        "ActionBundlePath": "/System/Library/Automator/Run Shell Script.action",
        "ActionName": "Run Shell Script",
        "ActionParameters": {
            "COMMAND_STRING": script,
            "CheckedForUserDefaultShell": True,
            "inputMethod": 1,  # the files as arguments
            "shell": "/bin/sh",
            "source": "",
        },
        "BundleIdentifier": "com.apple.RunShellScript",
        "CFBundleVersion": "2.0.3",
        "Class Name": "RunShellScriptAction",
    }
    workflow = {
        "AMApplicationVersion": "2.10",
        "AMDocumentVersion": "2",
        "actions": [{"action": action, "isViewVisible": 1}],
        "connectors": {},
        "workflowMetaData": {
            "serviceApplicationBundleID": "com.apple.finder",
            "serviceInputTypeIdentifier": "com.apple.Automator.fileSystemObject",
            "serviceOutputTypeIdentifier": "com.apple.Automator.nothing",
            "workflowTypeIdentifier": "com.apple.Automator.servicesMenu",
        },
    }
    parts: dict[str, Mapping[str, object]] = {"Info.plist": {"NSServices": [service]}, "document.wflow": workflow}
    return [Entry(bundle / "Contents" / name, _plist(content), top=bundle) for name, content in parts.items()]


def _plist(content: Mapping[str, object]) -> bytes:
    return plistlib.dumps(dict(content)).replace(b"<plist", f"<!-- {MARK} -->\n<plist".encode(), 1)
