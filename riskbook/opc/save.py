"""Reads whole files, and writes so that at every instant either the original or the complete result is present."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from riskbook.errors import OutputError, PackageError
from riskbook.opc.litter import clear_litter, temporary_prefix

_BUSY = {errno.EBUSY, errno.ETXTBSY}
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
LONGEST_NAME = 255  # bytes, on most file systems


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises `PackageError` where it is missing, a folder or unreadable."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PackageError("not-found") from error
    except IsADirectoryError as error:
        raise PackageError("is-folder-input") from error
    except OSError as error:
        raise PackageError("not-readable", detail=error.strerror or str(error)) from error


def is_held(path: Path) -> bool:
    """Whether someone has a workbook open: Excel and LibreOffice put a lock file beside it meanwhile."""
    return any(lock.exists() for lock in _locks(path))


def _locks(path: Path) -> list[Path]:
    names = [f"~${path.name}", f".~lock.{path.name}#"]
    if (
        path.suffix.lower() == ".docx" and len(path.stem) > 6
    ):  # Word puts its two signs over the beginning of long names
        names.append(f"~${path.name[min(len(path.stem) - 6, 2) :]}")
    return [path.with_name(name) for name in names if len(os.fsencode(name)) <= LONGEST_NAME]


def _holder(lock: Path) -> dict[str, str]:
    """Who has a workbook open and since when, as far as its lock file says."""
    try:
        content, since = lock.read_bytes(), datetime.fromtimestamp(lock.stat().st_mtime)
    except OSError:
        content, since = b"", None
    if lock.name.startswith("~$"):  # Excel: the length of the name, then the name
        name = content[1 : 1 + content[0]].decode("utf-8", "replace") if content else ""
    else:  # LibreOffice: name, account, computer, day, separated by commas
        parts = content.decode("utf-8", "replace").split(",")
        name = next((part for part in parts[:2] if part.strip()), "")
    shown = "".join(character for character in name if character.isprintable()).strip()
    return {"by": shown or "?", "since": since.strftime("%Y-%m-%d %H:%M") if since else "?", "lock": lock.name}


def refuse_locked(path: Path) -> None:
    """Raises `OutputError` where Excel or LibreOffice has the workbook open, or the file is read-only."""
    lock = next((lock for lock in _locks(path) if lock.exists()), None)
    if lock is not None:
        raise OutputError("held", path=str(path), **_holder(lock))
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError("read-only", path=str(path))


def save(data: bytes, target: Path, *, overwrite: bool) -> None:
    """Writes `data` to `target` as `replacing` does; the bytes are read back before they are put in place."""
    with replacing(target, overwrite=overwrite) as temporary:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if temporary.read_bytes() != data:
            raise OutputError("check-failed", detail=str(temporary))


@contextlib.contextmanager
def replacing(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Yields a temporary file in the folder of `target`, which replaces `target` when the block ends without error.

    Mode and, where allowed, owner of an existing file are preserved. Raises `OutputError`; the target is then unchanged
    and no file left behind.
    """
    if target.is_dir():
        raise OutputError("is-folder", path=str(target))
    if target.exists() and not overwrite:
        raise OutputError("exists", path=str(target))
    refuse_locked(target)
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # In the same folder, because a rename is atomic only within one file system.
        clear_litter(target.parent)
        handle, name = tempfile.mkstemp(prefix=temporary_prefix(), suffix=".tmp", dir=target.parent)
        temporary = Path(name)
        os.close(handle)
        yield temporary
        _copy_mode(temporary, target)
        temporary.replace(target)
        temporary = None
        sync_folder(target.parent)
    except OSError as error:
        raise OutputError(reason(error), path=str(target), detail=error.strerror or str(error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _copy_mode(temporary: Path, target: Path) -> None:
    if target.exists():
        status = target.stat()
        temporary.chmod(status.st_mode & 0o7777)
        if hasattr(os, "chown") and (status.st_uid, status.st_gid) != (os.getuid(), os.getgid()):
            with contextlib.suppress(PermissionError):
                os.chown(temporary, status.st_uid, status.st_gid)
    else:
        usual_mode(temporary, 0o666)


def usual_mode(path: Path, mode: int) -> None:
    """Sets `mode` less the umask: a temporary file is private to its owner, an ordinary one is not."""
    # The umask can only be asked for by setting it, which other threads would see; a new file shows it.
    with tempfile.TemporaryDirectory() as folder:
        os.close(os.open(Path(folder) / "new", os.O_CREAT | os.O_WRONLY, 0o777))
        path.chmod(mode & (Path(folder) / "new").stat().st_mode & 0o777)


def sync_folder(folder: Path) -> None:
    """Writes the entries of a folder to the disk, so that a rename in it survives a power failure."""
    # Windows cannot open folders and needs no such call.
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def reason(error: OSError) -> str:
    """The message key of a failed write: no-space, locked, read-only or not-written."""
    if error.errno in _NO_SPACE:
        return "no-space"
    if error.errno in _BUSY or getattr(error, "winerror", None) in (32, 33):  # sharing and lock violation
        return "locked"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return "read-only"
    return "not-written"
