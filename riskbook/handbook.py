"""The guide at hand: its pages as Markdown, found by topic, and the sample workbooks that they use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ENTRY = re.compile(r"^- \[(.+?)\]\((.+?)\.md\)$")
_COMMANDS, _FINDINGS = "reference/commands", "reference/findings"


@dataclass(frozen=True)
class Page:
    """A page, or one of its sections.

    `name`: its path in the folder of a language, without .md (howto/budget). `group`: the heading that it stands
    under in the table of contents. `markdown`: its text.
    """

    name: str
    title: str
    group: str
    markdown: str


def _folder(packed: str, checkout: str) -> Path:
    """A folder that a wheel holds within the package, and a checkout beside it (`package_dir` of setup.cfg)."""
    inside = Path(__file__).with_name(packed)
    return inside if inside.is_dir() else Path(__file__).parent.parent / checkout


def samples() -> list[Path]:
    """The sample workbooks of the guide."""
    return sorted(_folder("samples", "samples").glob("*.xlsx"))


@cache
def pages(lang: str) -> tuple[Page, ...]:
    """Every page in a language, in the order and under the headings of index.md, the table of contents."""
    root = _folder("pages", "docs") / lang
    found, group = [], ""
    for line in (root / "index.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            group = line.removeprefix("## ")
        elif entry := _ENTRY.match(line):
            title, name = entry.groups()
            found.append(Page(name, title, group, (root / f"{name}.md").read_text(encoding="utf-8")))
    return tuple(found)


def look_up(topic: str, lang: str) -> list[Page]:
    """What the guide says about a topic, the best match alone; [] for nothing.

    A topic is a command (its section of the reference, and the pages that name it follow with no text), the code of a
    finding, the name of a page, its title, or a part of it. Several titles with that part all follow with no text.
    """
    asked = topic.strip().removesuffix(".md").casefold()
    asked = asked.removeprefix("riskbook ").strip()
    if not asked:
        return []
    if section := _section(_COMMANDS, f"`riskbook {asked}`", lang):
        return [section, *naming(f"riskbook {asked}", lang)]
    if section := _section(_FINDINGS, f"`{asked}`", lang):
        return [section]
    named = [page for page in pages(lang) if asked in (page.name, page.name.rpartition("/")[2], page.title.casefold())]
    if named:
        return named[:1]
    partly = [page for page in pages(lang) if asked in page.title.casefold()]
    return partly if len(partly) == 1 else [_without_text(page) for page in partly]


def topics(lang: str) -> list[str]:
    """Everything that `look_up` knows but parts of titles: names of pages, commands, codes of findings."""
    named = [page.name for page in pages(lang)] + [page.name.rpartition("/")[2] for page in pages(lang)]
    heads = re.compile(r"^#+ `(?:riskbook )?([\w-]+)`$", re.MULTILINE)
    return named + [head for name in (_COMMANDS, _FINDINGS) for head in heads.findall(_page(name, lang).markdown)]


def _page(name: str, lang: str) -> Page:
    return next(page for page in pages(lang) if page.name == name)


def _section(name: str, heading: str, lang: str) -> Page | None:
    """The section of a page under this heading, to the next one of its rank or a higher one."""
    page = _page(name, lang)
    lines = list(_from(page.markdown.splitlines(), heading))
    return Page(page.name, heading.strip("`"), page.group, "\n".join(lines)) if lines else None


def _from(lines: Iterable[str], heading: str) -> Iterator[str]:
    rank = 0
    for line in lines:
        marks, _, title = line.partition(" ")
        if marks and not marks.strip("#"):
            if rank and len(marks) <= rank:
                return
            rank = rank or (len(marks) if title.casefold() == heading else 0)
        if rank:
            yield line


def naming(command: str, lang: str) -> list[Page]:
    """The tutorials and how-to pages that name a command, with no text."""
    names = re.compile(rf"{re.escape(command)}(?![\w-])")
    of_tasks = (page for page in pages(lang) if page.name.startswith(("howto/", "tutorials/")))
    return [_without_text(page) for page in of_tasks if names.search(page.markdown)]


def _without_text(page: Page) -> Page:
    return Page(page.name, page.title, page.group, "")
