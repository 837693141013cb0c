"""Serves the page on this computer only, in a thread of its own."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from riskbook.errors import OutputError
from riskbook.web.app import application
from riskbook.web.desk import Desk
from riskbook.web.guard import Guard

_ADDRESS = "127.0.0.1"
_CONNECTIONS = 128


class Served:
    """A running server; `address`: of its page, with the token."""

    def __init__(self, port: int, token: str, thread: threading.Thread) -> None:
        self.port, self.token, self._thread = port, token, thread
        self.address = f"http://{_ADDRESS}:{port}/t/{token}/"

    @property
    def runs(self) -> bool:
        """Whether it still answers."""
        return self._thread.is_alive()


@contextmanager
def serve(desk: Desk, port: int, lang: str) -> Iterator[Served]:
    """Serves a desk within the block; at its end the desk is closed. `port`: 0 takes a free one.

    Raises `OutputError` where the port is taken.
    """
    token = secrets.token_urlsafe(24)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind((_ADDRESS, port))
    except (OSError, OverflowError) as error:
        listening.close()
        desk.close()
        raise OutputError("port-taken", port=port) from error
    port = listening.getsockname()[1]
    guarded = Guard(application(desk, token, lang), token, port, desk.bounds.upload, lang)
    config = uvicorn.Config(
        guarded,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), name="riskbook-web", daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield Served(port, token, thread)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
        desk.close()
