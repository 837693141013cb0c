"""Files and folders by place: a local path, or a URL that fsspec knows (sftp://, s3://, …).

A place is a string. Paths need nothing but Python; URLs need the extra `riskbook[remote]`.
"""

from __future__ import annotations

import glob
import os
import posixpath
import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from riskbook.errors import OutputError, PackageError, RiskbookError
from riskbook.model.texts import as_text
from riskbook.opc.save import read_file, save

# Protocols that show a file while it is being written (object stores do not): written under another name, then renamed.
_SHOW_PARTIAL_FILES = {"sftp", "ssh", "smb", "ftp", "file", "local", "webdav", "webhdfs", "hdfs"}


def is_url(place: str) -> bool:
    """Whether a place is a URL rather than a path."""
    return "://" in place


def shown(place: str) -> str:
    """A place for printing: without user and password of a URL, and with undecodable bytes of a name replaced."""
    return re.sub(r"(?<=://)(?:[^@\s]*:\S*@|[^/@\s]*@)", "", as_text(place))


def local(place: str) -> str:
    """The path that a file: URL means; any other place unchanged."""
    scheme, _, rest = place.partition("://")
    if scheme not in ("file", "local") or not rest:
        return place
    from urllib.request import url2pathname  # loads Python's HTTP client, which few calls need

    return url2pathname(unquote(rest))


def name_of(place: str) -> str:
    """The file name of a place."""
    return posixpath.basename(place) if is_url(place) else Path(place).name


def join(place: str, relative: str) -> str:
    """A place below another; `relative` with slashes."""
    return f"{place.rstrip('/')}/{relative}" if is_url(place) else str(Path(place, *relative.split("/")))


def read(place: str) -> bytes:
    """The bytes of a file. Raises `PackageError` where it is missing or unreadable."""
    if is_url(place):
        system, path = _system(place)
        try:
            return bytes(system.cat_file(path))
        except FileNotFoundError as error:
            raise PackageError("not-found") from error
        except Exception as error:  # each fsspec system raises errors of its own library
            raise PackageError("not-readable", detail=detail_of(error)) from error
    return read_file(Path(place))


def read_if_present(place: str) -> bytes | None:
    """The bytes of a file, or None if it does not exist. Raises `PackageError` if it cannot be read."""
    try:
        return read(place)
    except PackageError as error:
        if error.key in ("not-found", "is-folder-input"):
            return None
        raise


def write(data: bytes, place: str, *, overwrite: bool) -> None:
    """Writes bytes to a place, completely or not at all. Raises `OutputError`."""
    if not is_url(place):
        save(data, Path(place), overwrite=overwrite)
        return
    system, path = _system(place)
    try:
        if not overwrite and system.exists(path):
            raise OutputError("exists", path=shown(place))
        system.makedirs(posixpath.dirname(path), exist_ok=True)
        if not _protocols(system) & _SHOW_PARTIAL_FILES:
            system.pipe_file(path, data)
            return
        temporary = posixpath.join(posixpath.dirname(path), f".riskbook-{uuid.uuid4().hex}.tmp")
        try:
            system.pipe_file(temporary, data)
            if system.size(temporary) != len(data):
                raise OutputError("check-failed", detail=shown(place))
            system.mv(temporary, path)
        except BaseException:
            if system.exists(temporary):
                system.rm_file(temporary)
            raise
    except RiskbookError:
        raise
    except Exception as error:
        raise OutputError("not-written", path=shown(place), detail=detail_of(error)) from error


def remove(place: str) -> None:
    """Deletes a file. Raises `OutputError`."""
    try:
        if is_url(place):
            system, path = _system(place)
            system.rm_file(path)
        else:
            Path(place).unlink(missing_ok=True)
    except RiskbookError:
        raise
    except Exception as error:  # each fsspec system raises errors of its own library
        raise OutputError("not-written", path=shown(place), detail=detail_of(error)) from error


def names_in(folder: str) -> list[str]:
    """The names of the files directly in a folder, sorted; none where there is no such folder."""
    try:
        if is_url(folder):
            system, path = _system(folder)
            return sorted(posixpath.basename(entry.rstrip("/")) for entry in system.ls(path, detail=False))
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except RiskbookError:
        raise
    except Exception as error:  # each fsspec system raises errors of its own library
        raise PackageError("not-readable", detail=detail_of(error)) from error


def changed_at(place: str) -> datetime | None:
    """When a file was last changed (local time), the first day of all where a system does not say; None: no file."""
    try:
        if is_url(place):
            system, path = _system(place)
            return datetime(1970, 1, 1) if system.exists(path) else None
        return datetime.fromtimestamp(Path(place).stat().st_mtime)
    except OSError:
        return None


def is_folder(place: str) -> bool:
    """Whether a place is a folder. Raises `PackageError` if the file system cannot be reached."""
    if not is_url(place):
        return Path(place).is_dir()
    system, path = _system(place)
    try:
        return bool(system.isdir(path))
    except Exception as error:
        raise PackageError("not-readable", detail=detail_of(error)) from error


def is_pattern(place: str) -> bool:
    """Whether a place is a glob pattern rather than the name of an existing file ("a[1].xlsx" may be one)."""
    return glob.has_magic(place) and (is_url(place) or not Path(place).exists())


def below(folder: str, unreadable: list[str] | None = None, *, marker: str = "") -> Iterator[str]:
    """Every file below a folder, relative to it with slashes, in order; hidden folders and files left out.

    The names of folders that are not searched (no permission, symbolic links) are added to `unreadable`. At a URL,
    where a look for one more file is dear, hidden files whose name ends with `marker` are given too.
    """

    def note(error: OSError) -> None:
        if unreadable is not None:
            unreadable.append(Path(error.filename).relative_to(folder).as_posix())

    if is_url(folder):
        system, path = _system(folder)
        try:
            found = sorted(system.find(path))
        except Exception as error:
            raise PackageError("not-readable", detail=detail_of(error)) from error
        relative = (posixpath.relpath(entry, path) for entry in found)
        for entry in relative:
            if (marker and entry.endswith(marker)) or not any(part.startswith(".") for part in entry.split("/")):
                yield entry
        return
    for root, folders, files in os.walk(folder, onerror=note):
        base = Path(root).relative_to(folder)
        folders[:] = sorted(name for name in folders if not name.startswith((".", "@eaDir", "#recycle")))
        if unreadable is not None:  # links are not followed: they may form a cycle
            unreadable += [(base / name).as_posix() for name in folders if (Path(root) / name).is_symlink()]
        yield from ((base / name).as_posix() for name in sorted(files) if not name.startswith("."))


def matching(pattern: str) -> tuple[str, list[str]]:
    """The folder before the first wildcard, and what matches: relative to that folder with slashes, sorted."""
    parts = pattern.split("/") if is_url(pattern) else list(Path(pattern).parts)
    fixed = next(index for index, part in enumerate(parts) if glob.has_magic(part))
    if is_url(pattern):
        base = "/".join(parts[:fixed])
        system, path = _system(pattern)
        root = _system(base)[1]
        try:
            return base, sorted(posixpath.relpath(entry, root) for entry in system.glob(path))
        except Exception as error:
            raise PackageError("not-readable", detail=detail_of(error)) from error
    folder = Path(*parts[:fixed])
    return str(folder), sorted(
        Path(name).as_posix() for name in glob.glob(str(Path(*parts[fixed:])), root_dir=folder, recursive=True)
    )


def _system(place: str) -> tuple[Any, str]:
    """The fsspec system of a URL, and the path within it."""
    try:
        import fsspec
    except ImportError as error:
        raise PackageError("remote-extra", place=shown(place)) from error
    try:
        system, path = fsspec.core.url_to_fs(place)
    except ImportError as error:
        raise PackageError("remote-extra", place=shown(place)) from error
    except Exception as error:
        raise PackageError("not-readable", detail=f"{shown(place)}: {detail_of(error)}") from error
    return system, path.rstrip("/")


def _protocols(system: Any) -> set[str]:
    return {system.protocol} if isinstance(system.protocol, str) else set(system.protocol)


def detail_of(error: BaseException) -> str:
    """The message of another library's error, or the name of its type if the message is empty."""
    return shown(str(error).strip()) or type(error).__name__
