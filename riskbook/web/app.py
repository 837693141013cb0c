"""The pages and what can be asked of them; every address begins with the token and the language of the page."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from anyio.to_thread import run_sync
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from riskbook.errors import MethodError, RiskbookError
from riskbook.text import LANGUAGES, error_message, label
from riskbook.web import pages
from riskbook.web.desk import Desk, Item
from riskbook.web.guard import TooLargeError

_STATIC = Path(__file__).with_name("static")
_TYPES = {"page.js": "text/javascript", "page.css": "text/css", "icon.svg": "image/svg+xml"}
_MOST_FILES = 200  # of one upload
_READ_AT_A_TIME = 4  # uploads; the others wait

Answer = Callable[[Request], Awaitable[Response]]


class _Site:
    """Answers requests about one desk."""

    def __init__(self, desk: Desk, token: str, lang: str) -> None:
        self.desk, self._lang, self._root = desk, lang, f"/t/{token}/"
        self._uploads = asyncio.Semaphore(_READ_AT_A_TIME)
        self._templates = Environment(
            loader=PackageLoader("riskbook.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, name: str, lang: str, status: int = 200, /, **values: Any) -> Response:
        """A page from its template; nothing that a file contains is markup in it."""
        other = next(one for one in LANGUAGES if one != lang)
        text = self._templates.get_template(f"{name}.html").render(
            say=lambda key, **params: label(key, lang, **params), lang=lang, other=other, root=self._root, **values
        )
        # A file name may have bytes that are no text.
        return Response(text.encode("utf-8", "replace"), status, media_type="text/html; charset=utf-8")

    # --- reading ---

    async def start(self, request: Request) -> Response:
        return RedirectResponse(f"{self._root}{self._lang}/", 303)

    async def static(self, request: Request) -> Response:
        name = request.url.path.rpartition("/")[2]
        return FileResponse(_STATIC / name, media_type=_TYPES[name])

    async def home(self, request: Request) -> Response:
        return await self._home(_lang(request))

    async def _home(self, lang: str, status: int = 200, problem: str = "") -> Response:
        values = await run_sync(pages.home, self.desk, lang)
        return self.page("home", lang, status, problem=problem, **values)

    async def state(self, request: Request) -> Response:
        done, total = self.desk.progress()
        said = label("web.progress", _lang(request), done=done, total=total)
        return JSONResponse({"done": done, "total": total, "said": said})

    async def book(self, request: Request) -> Response:
        return await self._book(self._item(request), _lang(request))

    async def _book(self, item: Item, lang: str, status: int = 200, problem: str = "") -> Response:
        values = await run_sync(pages.book, self.desk, item, lang)
        return self.page("book", lang, status, problem=problem, item=item, **values)

    async def colours(self, request: Request) -> Response:
        return Response(pages.colours(self._item(request)), media_type="text/css")

    async def result(self, request: Request) -> Response:
        return _download(self._item(request).result)

    async def profile(self, request: Request) -> Response:
        return _download(self._item(request).profile)

    def _item(self, request: Request) -> Item:
        item = self.desk.item(request.path_params["id"])
        if item is None:
            raise HTTPException(404)
        return item

    # --- what changes something ---

    async def upload(self, request: Request) -> Response:
        lang = _lang(request)
        async with self._uploads, request.form(max_files=_MOST_FILES, max_fields=_MOST_FILES) as form:
            files = [one for one in form.getlist("books") if isinstance(one, UploadFile) and one.filename]
            refused, problems = [], []
            for one in files:
                try:
                    refused += [] if await self._add(one) else [one.filename]
                except OSError as error:
                    about = {"path": one.filename, "detail": error.strerror or str(error)}
                    problems.append(error_message("os-error", lang, about))
        if not files:
            return await self._home(lang, 400, label("web.none-chosen", lang))
        problems += [label("web.busy", lang, names=refused)] if refused else []
        if problems:
            return await self._home(lang, 503 if refused else 507, "\n".join(problems))
        return RedirectResponse(f"{self._root}{lang}/", 303)

    async def _add(self, file: UploadFile) -> bool:
        added = await run_sync(self.desk.add, file.filename or "", file.file, file.size or 0)
        return added is not None

    async def assess(self, request: Request) -> Response:
        lang, form = _lang(request), await _form(request)
        wanted = form.get("id")
        items = [item for item in await run_sync(self.desk.items) if not item.uploaded and wanted in ("all", item.id)]
        refused = [item.name for item in items if not self.desk.ask(item)]
        if not items:
            raise HTTPException(404)
        if refused:
            return await self._home(lang, 503, label("web.busy", lang, names=refused))
        return RedirectResponse(f"{self._root}{lang}/", 303)

    async def answer(self, request: Request) -> Response:
        item, lang, form = self._item(request), _lang(request), await _form(request)
        question = pages.question(item, str(form.get("about")), lang)
        if question is None:
            return await self._book(item, lang, 409, label("web.answered", lang))
        given: str | dict[str, str] = str(form.get("value", ""))
        if isinstance(question.value, dict):
            grades = [str(one) for one in form.getlist("grade")]
            given = dict(zip(question.value, grades, strict=False))
        try:
            await run_sync(self.desk.answer, item, question, given, lang)
        except ValueError:
            return await self._book(item, lang, 422, label("web.not-a-value", lang))
        except RiskbookError as error:
            status = 422 if isinstance(error, MethodError) else 500
            return await self._book(item, lang, status, error_message(error.key, lang, error.params))
        return RedirectResponse(f"{self._root}{lang}/book/{item.id}", 303)

    async def failed(self, request: Request, error: Exception) -> Response:
        """The page of an error, in the language of the address where it names one."""
        lang = request.path_params.get("lang", "")
        lang = lang if lang in LANGUAGES else self._lang
        if isinstance(error, TooLargeError):
            said, status = label("web.refused.size", lang, size=self.desk.bounds.upload >> 20), 413
        else:
            status = error.status_code if isinstance(error, HTTPException) else 500
            known = status in (404, 405)
            said = label("web.not-here", lang) if known else str(getattr(error, "detail", "")) or label("web.bug", lang)
        response = self.page("error", lang, status, said=said)
        if status == 413:
            response.headers["connection"] = "close"
        return response


def _lang(request: Request) -> str:
    lang = str(request.path_params["lang"])
    if lang not in LANGUAGES:
        raise HTTPException(404)
    return lang


async def _form(request: Request) -> FormData:
    """The fields of a form without files."""
    return await request.form(max_files=0)


def _download(path: Path | None) -> Response:
    if path is None or not os.path.isfile(path):
        raise HTTPException(404)
    name = quote(path.name.encode("utf-8", "replace"))
    headers = {"content-disposition": f"attachment; filename*=utf-8''{name}"}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


def application(desk: Desk, token: str, lang: str) -> Starlette:
    """The web application of a desk; `lang`: of its first page."""
    site = _Site(desk, token, lang)

    def route(path: str, answer: Answer, method: str = "GET") -> Route:
        return Route(f"/t/{token}/{path}", answer, methods=[method])

    routes = [
        route("", site.start),
        *(route(name, site.static) for name in _TYPES),
        route("{lang}/", site.home),
        route("{lang}/state", site.state),
        route("{lang}/upload", site.upload, "POST"),
        route("{lang}/assess", site.assess, "POST"),
        route("{lang}/book/{id}", site.book),
        route("{lang}/book/{id}/colours.css", site.colours),
        route("{lang}/book/{id}/result", site.result),
        route("{lang}/book/{id}/profile", site.profile),
        route("{lang}/book/{id}/answer", site.answer, "POST"),
    ]
    failures: dict[Any, Any] = {HTTPException: site.failed, TooLargeError: site.failed, 500: site.failed}
    return Starlette(routes=routes, exception_handlers=failures)
