"""Decrypts and encrypts workbooks with a password; needs msoffcrypto-tool (the extra `riskbook[password]`)."""

from __future__ import annotations

import io
from typing import Any

from riskbook.errors import PackageError
from riskbook.opc.container import is_encrypted

__all__ = ["decrypted", "encrypted", "is_encrypted"]


def _library() -> Any:
    try:
        import msoffcrypto
    except ImportError as error:
        raise PackageError("password-extra") from error
    return msoffcrypto


def decrypted(data: bytes, password: str) -> bytes:
    """The package inside an encrypted file. Raises `PackageError` for a wrong password or an unknown scheme."""
    library = _library()
    plain = io.BytesIO()
    try:
        file = library.OfficeFile(io.BytesIO(data))
        file.load_key(password=password, verify_password=True)
        file.decrypt(plain)
    except library.exceptions.InvalidKeyError as error:
        raise PackageError("wrong-password") from error
    except Exception as error:  # the library passes on any error of its parsers
        raise PackageError("damaged", detail=str(error) or type(error).__name__) from error
    return plain.getvalue()


def encrypted(data: bytes, password: str) -> bytes:
    """A package encrypted as Excel does it (ECMA-376 agile).

    Raises `PackageError` where decrypting the result does not give `data` again.
    """
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, out)
    result = out.getvalue()
    if decrypted(result, password) != data:
        raise PackageError("damaged", detail="encryption")
    return result
