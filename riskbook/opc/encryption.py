"""Decrypts and encrypts workbooks with a password; needs msoffcrypto-tool (the extra `riskbook[password]`)."""

from __future__ import annotations

import io
from typing import Any

from riskbook.errors import PackageError
from riskbook.opc.container import is_encrypted

__all__ = ["decrypted", "encrypted", "is_encrypted", "unlocked"]
_BUILT_IN = "VelvetSweatshop"  # with which Excel encrypts what only is to open read-only; it asks nobody for it


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


def unlocked(data: bytes, password: str | None) -> tuple[bytes, str]:
    """The package inside an encrypted file, and the password that opened it: the given one, or Excel's built-in one.

    Raises `PackageError` like `decrypted`, and where there is no password for the file.
    """
    if password is not None:
        try:
            return decrypted(data, password), password
        except PackageError as error:
            if error.key != "wrong-password":
                raise
    try:
        return decrypted(data, _BUILT_IN), _BUILT_IN
    except PackageError as error:
        raise PackageError("encrypted" if password is None else "wrong-password") from error


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
