"""The zip file of a workbook: checks limits, and writes a new file that copies unchanged members byte for byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from riskbook.errors import PackageError

_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_END = struct.Struct("<4s4H2LH")
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF8_NAME = 0x800  # flag of a zip member whose name is UTF-8
_SMALL = 1 << 20  # members of at most this many bytes stay unpacked in memory once read
_KEPT = 8 << 20  # bytes of small members that are kept when they are unpacked for the first time
_PIECE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """The largest package that is read; a larger one is refused before any other library sees it."""

    members: int = 20_000
    total_bytes: int = 1 << 30
    member_bytes: int = 768 << 20
    # Deflate shrinks at most to 1/1032, empty styled rows to about 1/40. A zip bomb is large: small members may shrink
    # as they like.
    ratio: int = 500
    ratio_from_bytes: int = 16 << 20


@dataclass(frozen=True)
class _Member:
    name: str
    info: zipfile.ZipInfo
    local: bytes | memoryview
    central: bytes


class Container:
    """The members of a zip file, each with its compressed bytes as stored.

    Raises `PackageError` for data that is not a zip file, is damaged or encrypted, or exceeds `limits`.
    """

    def __init__(self, data: bytes, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        _refuse_other_formats(data)
        try:
            self._archive = archive = zipfile.ZipFile(io.BytesIO(data))
            _check_members(archive.infolist(), limits)
            self._small = _verified(archive)
            self._members = _raw_members(data, archive)
            self._infos = {member.name: member.info for member in self._members}
            self.comment = archive.comment
        except PackageError:
            raise
        except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OSError) as error:
            raise PackageError("damaged", detail=str(error)) from error
        except (NotImplementedError, RuntimeError) as error:
            raise PackageError("zip-unsupported", detail=str(error)) from error

    @classmethod
    def of(cls, members: Mapping[str, bytes]) -> Container:
        """Members that were never packed, by name; they can only be read."""
        made = cls.__new__(cls)
        made._small, made._infos = dict(members), {name: zipfile.ZipInfo(name) for name in members}
        return made

    @property
    def names(self) -> list[str]:
        """Member names in the order they are stored."""
        return list(self._infos)

    def read(self, name: str) -> bytes:
        """The uncompressed bytes of a member; raises `KeyError` for an unknown name."""
        if name in self._small:
            return self._small[name]
        content = self._archive.read(name)
        if len(content) <= _SMALL:
            self._small[name] = content
        return content

    def head(self, name: str, size: int) -> bytes:
        """The first `size` uncompressed bytes of a member."""
        if name in self._small:
            return self._small[name][:size]
        with self._archive.open(name) as stream:
            return stream.read(size)

    def fingerprint(self, name: str) -> tuple[int, int]:
        """CRC and uncompressed size of a member: equal for equal content."""
        return self._infos[name].CRC, self._infos[name].file_size

    def written(self, changed: Mapping[str, bytes | None], added: Mapping[str, bytes]) -> bytes:
        """The bytes of a new zip file: `changed` members get new content (None removes one), `added` come last.

        All others keep compressed bytes, order, method, time stamp and flags. A changed member keeps its time stamp, an
        added one gets that of the first member, never the clock's: the same input gives the same file.
        """
        out = bytearray()
        directory = bytearray()
        count = 0
        stamp = self._members[0].info.date_time if self._members else (1980, 1, 1, 0, 0, 0)
        for member in self._members:
            if member.name not in changed:
                directory += _moved(member.central, len(out))
                out += member.local
            elif (content := changed[member.name]) is not None:
                _append(out, directory, member.name, content, member.info.date_time)
            else:
                continue
            count += 1
        for name, content in added.items():
            _append(out, directory, name, content, stamp)
            count += 1
        end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), len(out), len(self.comment))
        return bytes(out + directory + end + self.comment)


def fingerprints(data: bytes) -> dict[str, tuple[int, int]]:
    """CRC and uncompressed size of each member of a file that `Container` has opened before, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: (info.CRC, info.file_size) for info in archive.infolist()}


def is_encrypted(data: bytes) -> bool:
    """Whether a file is a workbook encrypted with a password."""
    return data.startswith(_OLE_MAGIC) and "EncryptedPackage".encode("utf-16-le") in data


def _refuse_other_formats(data: bytes) -> None:
    if not data:
        raise PackageError("empty-file")
    if data.startswith(_OLE_MAGIC):
        # Excel wraps an encrypted workbook in the container format of .xls files.
        raise PackageError("encrypted" if is_encrypted(data) else "legacy-xls")
    if not data.startswith(b"PK"):
        raise PackageError("not-a-workbook")


def _check_members(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(infos) > limits.members:
        raise PackageError("too-large", what="members", size=len(infos), limit=limits.members)
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes:
        raise PackageError("too-large", what="bytes", size=total, limit=limits.total_bytes)
    names = [info.filename for info in infos]
    if "xl/workbook.xml" not in names and any("\\" in name for name in names):
        raise PackageError("backslash-member", member=next(name for name in names if "\\" in name))
    seen: set[str] = set()  # in lower case: OPC compares part names so, and two such names are ambiguous
    for info in infos:
        name = info.filename
        if info.file_size > limits.member_bytes:
            raise PackageError("too-large", what=name, size=info.file_size, limit=limits.member_bytes)
        if info.file_size > limits.ratio_from_bytes and info.file_size > limits.ratio * max(info.compress_size, 1):
            raise PackageError("too-large", what=name, size=info.file_size, limit=limits.ratio * info.compress_size)
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
            raise PackageError("unsafe-member", member=name)
        if name.lower() in seen:
            raise PackageError("duplicate-member", member=name)
        seen.add(name.lower())
        if info.flag_bits & 0x1:
            raise PackageError("zip-encrypted", member=name)


def _verified(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Unpacks every member once, piece by piece: CRC and size must match the directory.

    Returns the first small ones, by name: nearly all are read soon after.
    """
    kept: dict[str, bytes] = {}
    left = _KEPT
    for info in archive.infolist():
        size, first = 0, b""
        with archive.open(info) as stream:
            while piece := stream.read(_PIECE):
                first = first or piece
                size += len(piece)
        if size != info.file_size:
            raise PackageError("damaged", detail=f"{info.filename}: size differs from the directory")
        if size == len(first) <= min(_SMALL, left):
            kept[info.filename] = first
            left -= size
    return kept


def _raw_members(data: bytes, archive: zipfile.ZipFile) -> list[_Member]:
    """Each member with its local record (header, data, descriptor) and its directory record."""
    infos = archive.infolist()
    # A local header may leave the size to a descriptor behind the data; the next member's start is always known.
    starts = [*sorted(info.header_offset for info in infos), archive.start_dir]
    following = dict(pairwise(starts))
    view = memoryview(data)
    members = []
    position = archive.start_dir
    for info in infos:
        fields = _CENTRAL.unpack_from(data, position)
        size = _CENTRAL.size + sum(fields[12:15])
        central = data[position : position + size]
        position += size
        local = view[info.header_offset : following[info.header_offset]]
        if bytes(local[:4]) != b"PK\3\4":
            raise PackageError("damaged", detail=f"{info.filename}: no local header")
        members.append(_Member(info.filename, info, local, central))
    return members


def _moved(central: bytes, offset: int) -> bytes:
    """A directory record that points to `offset`; zip64 fields become plain 32-bit ones."""
    fields = list(_CENTRAL.unpack_from(central))
    name = central[_CENTRAL.size : _CENTRAL.size + fields[12]]
    extra = central[_CENTRAL.size + fields[12] : _CENTRAL.size + fields[12] + fields[13]]
    comment = central[_CENTRAL.size + fields[12] + fields[13] :]
    if 0xFFFFFFFF in (fields[10], fields[11], fields[18]):
        extra = _without_zip64(extra, fields)
        fields[13] = len(extra)
    fields[18] = offset
    return _CENTRAL.pack(*fields) + name + extra + comment


def _without_zip64(extra: bytes, fields: list[int]) -> bytes:
    """Moves the 64-bit sizes of a zip64 record into the 32-bit `fields`; returns the other extra fields.

    `Limits` keep every size below 4 GiB; some programs write zip64 for small files too.
    """
    others = b""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == 1:
            values = list(struct.unpack_from(f"<{size // 8}Q", extra, 4))
            for index in (11, 10):  # zip64 holds the uncompressed size first, and only sizes that overflow
                if fields[index] == 0xFFFFFFFF:
                    fields[index] = values.pop(0)
        else:
            others += extra[: 4 + size]
        extra = extra[4 + size :]
    return others


def _append(
    out: bytearray, directory: bytearray, name: str, content: bytes, stamp: tuple[int, int, int, int, int, int]
) -> None:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)  # raw, as zip stores it: no zlib header
    packed = packer.compress(content) + packer.flush()
    raw_name = name.encode("utf-8")
    flags = 0 if raw_name.isascii() else _UTF8_NAME
    date = (stamp[0] - 1980) << 9 | stamp[1] << 5 | stamp[2]
    time = stamp[3] << 11 | stamp[4] << 5 | stamp[5] // 2
    crc = zlib.crc32(content)
    directory += _CENTRAL.pack(
        b"PK\1\2",
        20,
        0,
        20,
        0,
        flags,
        8,
        time,
        date,
        crc,
        len(packed),
        len(content),
        len(raw_name),
        0,
        0,
        0,
        0,
        0,
        len(out),
    )
    directory += raw_name
    out += _LOCAL.pack(b"PK\3\4", 20, 0, flags, 8, time, date, crc, len(packed), len(content), len(raw_name), 0)
    out += raw_name + packed
