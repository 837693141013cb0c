"""Workbooks on an SFTP server: a real one on loopback, that knows nothing of riskbook."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.batches import files
from tests.support.commands import invoke
from tests.support.days import ON_TODAY
from tests.support.places import HARBOUR, KITAHAMA

asyncssh = pytest.importorskip("asyncssh")


pytest.importorskip("fsspec")


pytest.importorskip("paramiko")
pytestmark = pytest.mark.slow


@dataclass
class Server:
    """Serves `folder`, writable, to the user "auditor" with the password "secret"."""

    folder: Path
    port: int

    def url(self, path: str, password: str = "secret") -> str:
        return f"sftp://auditor:{password}@127.0.0.1:{self.port}/{path}"


class _OneUser(asyncssh.SSHServer):  # type: ignore[misc]
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("auditor", "secret")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "served"
    folder.mkdir()
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def listen() -> int:
        key = asyncssh.generate_private_key("ssh-ed25519")
        listener = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[key],
            server_factory=_OneUser,
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder).encode()),
        )
        return int(listener.get_port())

    port = asyncio.run_coroutine_threadsafe(listen(), loop).result(30)
    yield Server(folder, port)
    loop.call_soon_threadsafe(loop.stop)


@pytest.fixture
def served(server: Server) -> Server:
    for place, source in (("clients/harbour", HARBOUR), ("clients/kitahama", KITAHAMA)):
        (server.folder / place).mkdir(parents=True)
        shutil.copy(source, server.folder / place / "client.xlsx")
    (server.folder / "clients/harbour/~$other.xlsx").write_bytes(b"owner")
    return server


def test_a_folder_on_a_server_into_a_folder_on_a_server(served: Server, tmp_path: Path) -> None:
    arguments = ("assess", served.url("clients"), "-o", served.url("out"), *ON_TODAY)
    result = invoke(*arguments)
    assert result.exit_code == 0, result.output
    out = served.folder / "out"
    assert files(out) == {".riskbook/journal.db", "harbour/client.xlsx", "kitahama/client.xlsx"}
    assert "secret" not in result.output
    invoke("assess", served.folder / "clients", "-o", tmp_path / "near", *ON_TODAY)
    for name in ("harbour/client.xlsx", "kitahama/client.xlsx"):
        assert (out / name).read_bytes() == (tmp_path / "near" / name).read_bytes()
    again = invoke(*arguments)
    assert "変更なし2" in again.output
    shutil.copy(HARBOUR, out / "harbour/client.xlsx")
    shutil.copy(KITAHAMA, served.folder / "clients/harbour/client.xlsx")
    refused = invoke(*arguments)
    assert refused.exit_code == 3
    assert (out / "harbour/client.xlsx").read_bytes() == HARBOUR.read_bytes()
    assert invoke(*arguments, "--force").exit_code == 0
    assert not list(out.rglob("*.tmp"))
    assert b"secret" not in (out / ".riskbook/journal.db").read_bytes()


def test_between_a_server_and_this_machine(served: Server, tmp_path: Path) -> None:
    here = invoke("assess", served.url("clients/*/client.xlsx"), "-o", tmp_path / "here", "--jobs", "2", *ON_TODAY)
    assert here.exit_code == 0, here.output
    assert "kitahama/client.xlsx" in files(tmp_path / "here")
    one = invoke("assess", served.url("clients/harbour/client.xlsx"), "-o", tmp_path / "one", *ON_TODAY)
    assert one.exit_code == 0, one.output
    assert "client.xlsx" in files(tmp_path / "one")
    there = invoke(
        "assess", served.folder / "clients", "-o", served.url("there"), "--portfolio", tmp_path / "all", *ON_TODAY
    )
    assert there.exit_code == 0, there.output
    assert "kitahama/client.xlsx" in files(served.folder / "there")
    assert "secret" not in (tmp_path / "all/portfolio.csv").read_text("utf-8-sig")


def test_a_store_of_objects(tmp_path: Path) -> None:
    import fsspec

    store = fsspec.filesystem("memory")
    store.pipe_file("/bucket/clients/harbour.xlsx", HARBOUR.read_bytes())
    store.pipe_file("/bucket/clients/~$harbour.xlsx", b"owner")
    arguments = ("assess", "memory://bucket/clients", "-o", "memory://bucket/out", *ON_TODAY)
    assert invoke(*arguments).exit_code == 0
    assert sorted(store.find("/bucket/out")) == ["/bucket/out/.riskbook/journal.db", "/bucket/out/harbour.xlsx"]
    invoke("assess", shutil.copy(HARBOUR, tmp_path / "harbour.xlsx"), "-o", tmp_path / "near.xlsx", *ON_TODAY)
    assert store.cat_file("/bucket/out/harbour.xlsx") == (tmp_path / "near.xlsx").read_bytes()
    assert "変更なし1" in invoke(*arguments).output


def test_what_goes_wrong_on_a_server_is_one_line(served: Server, tmp_path: Path) -> None:
    wrong = invoke("assess", served.url("clients", "guess"), "-o", tmp_path / "out", *ON_TODAY)
    assert wrong.exit_code in (2, 3)
    missing = invoke("assess", served.url("clients/none.xlsx"), "-o", tmp_path / "out", *ON_TODAY)
    assert missing.exit_code == 3
    nobody = invoke("assess", f"sftp://auditor:secret@127.0.0.1:1/{'clients'}", "-o", tmp_path / "out", *ON_TODAY)
    assert nobody.exit_code in (2, 3)
    unknown = invoke("assess", "nosuch://host/clients", "-o", tmp_path / "out", *ON_TODAY)
    assert unknown.exit_code in (2, 3)
    for result in (wrong, missing, nobody, unknown):
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "secret" not in result.output
        assert result.output.strip()
