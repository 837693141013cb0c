"""Signatures of packages in OpenSSH's format, so that `ssh-keygen -Y verify` checks them, too.

The format is that of PROTOCOL.sshsig in OpenSSH; keys are Ed25519. Needs the extra `riskbook[sign]`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskbook.errors import OutputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAME = "manifest.json.sig"
PASSPHRASE = "RISKBOOK_SIGN_PASSPHRASE"  # environment variable
_NAMESPACE = b"riskbook"
_MAGIC, _VERSION, _HASH, _KIND = b"SSHSIG", 1, b"sha512", b"ssh-ed25519"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_LINE = 70  # characters


def signed(data: bytes, key: Path) -> bytes:
    """The signature file for some bytes. `key`: a private key as `ssh-keygen -t ed25519` makes it.

    A key with a passphrase needs it in the environment variable RISKBOOK_SIGN_PASSPHRASE.
    Raises `OutputError` where the key cannot be used.
    """
    private = _private(key)
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = private.sign(_to_sign(data))
    blob = _MAGIC + struct.pack(">I", _VERSION)
    blob += _string(_string(_KIND) + _string(public)) + _string(_NAMESPACE) + _string(b"") + _string(_HASH)
    blob += _string(_string(_KIND) + _string(signature))
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join((_BEGIN, *lines, _END, "")).encode()


def signer(data: bytes, signature: bytes, signers: Path) -> str | None:
    """Who signed the bytes: the name in the file of allowed signers; None where the signature is not by any of them.

    `signers`: as `ssh-keygen` reads it, a line "NAME ssh-ed25519 KEY" for each.
    Raises `OutputError` where that file cannot be read, or the extra is missing.
    """
    allowed = dict(_allowed(signers))
    try:
        text = signature.decode("ascii").strip()
        if not (text.startswith(_BEGIN) and text.endswith(_END)):
            return None
        public, proof = _opened(base64.b64decode("".join(text[len(_BEGIN) : -len(_END)].split()), validate=True))
    except (ValueError, binascii.Error, struct.error):
        return None
    if public not in allowed:
        return None
    primitives = _cryptography()
    try:
        primitives.Ed25519PublicKey.from_public_bytes(public).verify(proof, _to_sign(data))
    except Exception:  # InvalidSignature, or no key at all
        return None
    return allowed[public]


def _to_sign(data: bytes) -> bytes:
    return _MAGIC + _string(_NAMESPACE) + _string(b"") + _string(_HASH) + _string(hashlib.sha512(data).digest())


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def _strings(blob: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(blob):
        (length,) = struct.unpack_from(">I", blob, at)
        if at + 4 + length > len(blob):
            raise ValueError("length")
        yield blob[at + 4 : at + 4 + length]
        at += 4 + length


def _opened(blob: bytes) -> tuple[bytes, bytes]:
    """The public key and the signature in a signature file. Raises `ValueError` for any other namespace or kind."""
    if not blob.startswith(_MAGIC + struct.pack(">I", _VERSION)):
        raise ValueError("magic")
    key, namespace, _, hashed, proof = _strings(blob[len(_MAGIC) + 4 :])
    kinds = list(_strings(key)), list(_strings(proof))
    if (namespace, hashed) != (_NAMESPACE, _HASH) or any(len(k) != 2 or k[0] != _KIND for k in kinds):
        raise ValueError("kind")
    return kinds[0][1], kinds[1][1]


def _allowed(path: Path) -> Iterator[tuple[bytes, str]]:
    """Public key → name, for every Ed25519 key in a file of allowed signers."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise OutputError("signers-unreadable", path=str(path), detail=str(error)) from error
    found = False
    for line in lines:
        words = line.split()
        if line.lstrip().startswith("#") or _KIND.decode() not in words[1:-1]:
            continue
        at = words.index(_KIND.decode(), 1)
        try:
            kind, public = _strings(base64.b64decode(words[at + 1], validate=True))
        except (ValueError, binascii.Error, struct.error):
            continue
        if kind == _KIND:
            found = True
            yield public, words[0]
    if not found:
        raise OutputError("signers-unreadable", path=str(path), detail="ssh-ed25519")


def _private(path: Path) -> Ed25519PrivateKey:
    _cryptography()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    passphrase = os.environ.get(PASSPHRASE)
    try:
        key = load_ssh_private_key(path.read_bytes(), passphrase.encode() if passphrase else None)
    except Exception as error:  # cryptography raises many kinds
        raise OutputError("key-unusable", path=str(path), detail=str(error)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise OutputError("key-unusable", path=str(path), detail="ssh-ed25519")
    return key


def _cryptography() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise OutputError("sign-extra") from error
    return ed25519
