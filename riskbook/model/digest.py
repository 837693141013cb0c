"""Plain values as bytes, and their digests: one way of each for histories, journals, packages and settings."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes, as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def canonical(record: Any) -> bytes:
    """Plain values as JSON that is the same for the same values: what digests are made of."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def packed(record: Any) -> bytes:
    """Plain values in few bytes."""
    return zlib.compress(canonical(record), 6)


def unpacked(data: bytes) -> Any:
    """What `packed` was given. Raises `ValueError` or `zlib.error` for anything else."""
    return json.loads(zlib.decompress(data))
