"""Lets through only what the page of this server asks for, and never more than was announced.

Any web site can make a browser send requests to 127.0.0.1, also under a name of its own (DNS rebinding). So the address
holds a token, the name of the server is checked, and what changes something must come from the page itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from riskbook.text import label

_FORM = 1 << 20  # bytes of a request that uploads nothing
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class TooLargeError(Exception):
    """More was sent than is taken."""


class Guard:
    """The server behind its checks. `port`: that it listens on; `upload`: most bytes of one upload."""

    def __init__(self, app: ASGIApp, token: str, port: int, upload: int, lang: str) -> None:
        self._app, self._token, self._upload, self._lang = app, token.encode(), upload, lang
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        uploads = scope["path"].endswith("/upload")
        refused = self._refused(scope, headers, self._upload if uploads else _FORM)
        if refused is not None:
            status, key = refused
            size = self._upload >> 20
            said = label(f"web.refused.{key}", self._lang, size=size)
            answer = PlainTextResponse(said + "\n", status, headers={"connection": "close"})
            await answer(scope, receive, send_guarded)
            return
        await self._app(scope, _counted(receive, self._upload if uploads else _FORM), send_guarded)

    def _refused(self, scope: Scope, headers: Mapping[str, str], most: int) -> tuple[int, str] | None:
        """Status and text of a request that is not let through."""
        if headers.get("host") not in self._hosts:
            return 403, "host"
        parts = scope["path"].encode("utf-8", "surrogatepass").split(b"/", 3)
        if len(parts) < 4 or parts[1] != b"t" or not secrets.compare_digest(parts[2], self._token):
            return 404, "token"
        if scope["method"] not in ("GET", "HEAD") and not self._is_own(headers):
            return 403, "origin"
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > most:
            return 413, "size"
        return None

    @staticmethod
    def _is_own(headers: Mapping[str, str]) -> bool:
        """Whether the page itself sent this: a browser names the origin, or says that it is the same."""
        origin = headers.get("origin", "null")
        # Under the policy no-referrer a form names no origin.
        same_site = headers.get("sec-fetch-site")
        if origin == "null":
            return same_site == "same-origin"
        return origin == f"http://{headers['host']}" and same_site in (None, "same-origin")


def _counted(receive: Receive, most: int) -> Receive:
    """The same, but for a body without length that turns out too large: `TooLargeError`."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise TooLargeError
        return message

    return counted
