"""What web sites, files and large uploads may try against the local page."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import socket
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from riskbook.web import Bounds
from riskbook.web.desk import plain_name
from riskbook.web.guard import HEADERS
from tests.support.commands import wait_for
from tests.support.places import HARBOUR
from tests.support.web import Web, served

GIGABYTE = 1 << 30


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with served() as running:
        yield running


# --- other web sites ---


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}", ""]
)
def test_a_server_under_another_name_is_refused(host: str, web: Web) -> None:
    """DNS rebinding: the name of an attacker leads to 127.0.0.1."""
    assert web.get(headers={"host": host.format(port=web.port)}).status_code in (400, 403)


def test_its_own_names_are_served(web: Web) -> None:
    for name in ("127.0.0.1", "localhost"):
        assert web.get(headers={"host": f"{name}:{web.port}"}).status_code == 200


def test_only_this_computer_is_listened_to(web: Web) -> None:
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises((ConnectionError, TimeoutError)), socket.create_connection((own, web.port), timeout=2):
        pass


@pytest.mark.parametrize(
    "path", ["/", "/t/", "/t/wrong/ja/", "/ja/", "/page.css", "/t//ja/", "/t/%00/ja/", "/favicon.ico"]
)
def test_nothing_is_served_without_the_token(path: str, web: Web) -> None:
    answer = httpx.get(f"http://127.0.0.1:{web.port}{path}", trust_env=False)
    assert answer.status_code == 404
    assert "ブック" not in answer.text


FOREIGN = [
    {"origin": "http://evil.example"},
    {"origin": "http://127.0.0.1:1"},
    {"origin": "https://127.0.0.1:{port}"},
    {"origin": "http://127.0.0.1:{port}", "sec-fetch-site": "cross-site"},
    {"origin": "null"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"origin": "null", "sec-fetch-site": "same-site"},
    {},
    {"sec-fetch-site": "none"},
]


@pytest.mark.parametrize("path", ["ja/upload", "ja/assess", "ja/book/x/answer"])
@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_what_another_page_sends_changes_nothing(headers: dict[str, str], path: str, web: Web) -> None:
    given = {name: value.format(port=web.port) for name, value in headers.items()}
    answer = httpx.post(web.address + path, headers=given, files={"books": ("a.xlsx", b"x")}, trust_env=False)
    assert answer.status_code == 403
    assert not web.desk.items()


def test_a_form_of_the_page_itself_is_taken(web: Web) -> None:
    """Under the policy no-referrer, a browser sends `null` as the origin of a form."""
    own = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert httpx.post(web.address + "ja/upload", headers=own, trust_env=False).status_code == 400  # without a workbook


def test_other_methods_are_refused(web: Web) -> None:
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
        assert web.client.request(method, "ja/").status_code in (403, 405)


@pytest.mark.parametrize(
    "path", ["", "ja/", "en/", "page.css", "page.js", "icon.svg", "ja/state", "ja/book/none", "xx/"]
)
def test_every_answer_has_the_headers(path: str, web: Web) -> None:
    answer = web.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers


# --- names and paths ---


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("../../evil.xlsx", "evil.xlsx"),
        ("..\\..\\evil.xlsx", "evil.xlsx"),
        ("/etc/cron.d/evil.xlsx", "evil.xlsx"),
        ("C:\\Users\\evil.xlsx", "evil.xlsx"),
        ("..", "workbook.xlsx"),
        ("a/..", "workbook.xlsx"),
        ("a\x00b\n.xlsx", "a_b_.xlsx"),
        ("名" * 300 + ".xlsx", "名" * 83 + ".xlsx"),
        ("<img src=x onerror=alert(1)>.xlsx", "<img src=x onerror=alert(1)>.xlsx"),
        ("a b.xlsx", "a b.xlsx"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows forbids more signs")
def test_an_uploaded_name_leads_nowhere(name: str, right: str) -> None:
    assert plain_name(name) == right


@pytest.mark.parametrize(
    "path",
    [
        "ja/book/..%2f..%2f..%2fetc%2fpasswd/result",
        "ja/book/../../../../etc/passwd",
        "ja/book/%2e%2e/result",
        "..%2fapp.py",
        "static/../app.py",
        "page.css/../../app.py",
    ],
)
def test_no_address_leads_to_a_file_elsewhere(path: str, web: Web) -> None:
    with socket.create_connection(("127.0.0.1", web.port)) as line:
        token = web.address.split("/")[4]
        line.sendall(
            f"GET /t/{token}/{path} HTTP/1.1\r\nHost: 127.0.0.1:{web.port}\r\nConnection: close\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"root:" not in answer
    assert b"starlette" not in answer


# --- size ---


def test_a_gigabyte_that_is_announced_is_refused_at_once(web: Web) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=5) as line:
        head = f"POST /t/{web.address.split('/')[4]}/ja/upload HTTP/1.1\r\nHost: 127.0.0.1:{web.port}\r\n"
        line.sendall(f"{head}Origin: http://127.0.0.1:{web.port}\r\nContent-Length: {GIGABYTE}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"200MB" in answer


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "99999999999999999999"])
def test_a_length_that_is_none_is_refused(length: str, web: Web) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=5) as line:
        head = f"POST /t/{web.address.split('/')[4]}/ja/upload HTTP/1.1\r\nHost: 127.0.0.1:{web.port}\r\n"
        line.sendall(f"{head}Origin: http://127.0.0.1:{web.port}\r\nContent-Length: {length}\r\n\r\n".encode())
        assert line.recv(65536)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 413")


def _endless(sent: list[int], total: int) -> Iterator[bytes]:
    """An upload without a length, of zeros."""
    yield b'--b\r\nContent-Disposition: form-data; name="books"; filename="a.xlsx"\r\n\r\n'
    block = bytes(1 << 20)
    while sum(sent) < total:
        sent.append(len(block))
        yield block
    yield b"\r\n--b--\r\n"


def _streamed(web: Web, sent: list[int], total: int) -> int | None:
    """The status, None where the server ended the connection while more was sent."""
    kind = {"content-type": "multipart/form-data; boundary=b"}
    try:
        return web.post("ja/upload", content=_endless(sent, total), headers=kind).status_code
    except httpx.TransportError:
        return None


@pytest.mark.slow
def test_an_upload_without_length_is_refused_where_it_becomes_too_large() -> None:
    sent: list[int] = []
    with served(bounds=Bounds(upload=2 << 20)) as web:
        assert _streamed(web, sent, 64 << 20) in (413, None)
        assert sum(sent) < 32 << 20  # what lies in buffers between
        assert not web.desk.items()
        assert web.get().status_code == 200


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory as Linux counts it")
def test_a_gigabyte_without_length_takes_no_memory(web: Web) -> None:
    import resource  # not on Windows

    sent: list[int] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert _streamed(web, sent, GIGABYTE) in (413, None)
    assert sum(sent) < 300 << 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10  # kB
    assert not web.desk.items()


def test_a_large_form_is_refused_where_nothing_is_uploaded(web: Web) -> None:
    with contextlib.suppress(httpx.TransportError):  # the server ends the connection while more is sent
        assert web.post("ja/assess", content=bytes(2 << 20)).status_code == 413


@pytest.mark.slow
def test_a_bomb_is_told_as_by_the_command_line() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for number in range(3):
            with book.open(f"xl/{number}.xml", "w", force_zip64=True) as member:
                for _ in range(400):
                    member.write(bytes(1 << 20))
    with served() as web:
        assert web.upload(("bomb.xlsx", packed.getvalue())).status_code == 303
        web.ready()
        assert "上限" in web.get(f"ja/book/{web.only()}").text


# --- many at once ---


async def _many(web: Web, count: int, content: bytes) -> tuple[list[httpx.Response], float]:
    """Uploads so many at the same time; the answers, and the longest that the page itself took meanwhile."""
    slowest = 0.0
    limits = httpx.Limits(max_connections=None)
    origin = {"origin": f"http://127.0.0.1:{web.port}"}
    async with httpx.AsyncClient(
        base_url=web.address, headers=origin, trust_env=False, timeout=120, limits=limits
    ) as client:
        names = [f"book-{number}.xlsx" for number in range(count)]
        sent = [asyncio.ensure_future(client.post("ja/upload", files={"books": (name, content)})) for name in names]
        while web.desk.progress()[1] < 1 or web.desk.progress()[0] < web.desk.progress()[1]:
            begun = time.monotonic()
            assert (await client.get("ja/")).status_code == 200
            slowest = max(slowest, time.monotonic() - begun)
            await asyncio.sleep(0.05)
        return list(await asyncio.gather(*sent)), slowest


@pytest.mark.slow
def test_fifty_uploads_at_once_are_all_assessed() -> None:
    with served() as web:
        answers, slowest = asyncio.run(_many(web, 50, HARBOUR.read_bytes()))
        web.ready()
        assert {answer.status_code for answer in answers} == {303}
        items = web.desk.items()
        assert len({item.name for item in items}) == 50
        assert {item.outcome.status for item in items if item.outcome} == {"ok"}
        assert slowest < 3


@pytest.mark.slow
def test_where_the_queue_is_full_the_page_says_which_were_not_taken() -> None:
    with served(bounds=Bounds(waiting=5)) as web:
        files = [(f"book-{number}.xlsx", HARBOUR.read_bytes()) for number in range(50)]
        answer = web.upload(*files)
        taken = {item.name for item in web.desk.items()}
        assert answer.status_code == 503
        for name, _ in files:
            assert (name in taken) != (name in answer.text.partition('id="list"')[0]), name
        web.ready()
        assert web.desk.progress()[0] == len(taken)


@pytest.mark.slow
def test_a_workbook_that_cannot_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with served() as web:
        [private] = tmp_path.glob(".riskbook-*")
        private.rmdir()  # as a full disk, or a cleaner, would
        answer = web.upload(("a.xlsx", b"x"))
        assert answer.status_code == 507
        assert "a.xlsx" in answer.text
        assert not web.desk.items()


@pytest.mark.slow
def test_what_was_uploaded_is_gone_at_the_end_and_the_oldest_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with served(bounds=Bounds(kept=2)) as web:
        for number in range(4):
            assert web.upload((f"{number}.xlsx", b"no workbook")).status_code == 303
            web.ready()
        assert [item.name for item in web.desk.items()] == ["3.xlsx", "2.xlsx"]
        wait_for(lambda: len(list(tmp_path.iterdir())) == 1)  # a run has a journal of its own, which goes with it
        [mine] = tmp_path.iterdir()
        assert mine.stat().st_mode & 0o777 == 0o700
        assert len(list(mine.iterdir())) == 2
    assert not list(tmp_path.iterdir())
