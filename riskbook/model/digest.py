"""JSON's values as bytes, and their digests: the one way for histories, journals, packages and settings."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes, as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def canonical(record: Any) -> bytes:
    """Values as JSON, the same bytes for the same values, so that a digest can be made of them."""
    # Sorted and without spaces, so that neither order nor layout changes the digest.
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def packed(record: Any) -> bytes:
    """Values as compressed JSON."""
    return zlib.compress(canonical(record), 6)


def unpacked(data: bytes) -> Any:
    """The values that `packed` compressed. Raises `ValueError` or `zlib.error` for anything else."""
    return json.loads(zlib.decompress(data))
