"""Question sheets: written from findings, and read back with what the client answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from riskbook import analysis, marks, opc, pipeline, reading, sheets
from riskbook.errors import LedgerError, OutputError
from riskbook.method import Method
from riskbook.model import ASSESSED, OwnedParts, Question, folded
from riskbook.pipeline import AssessedWorkbook
from riskbook.settings import Settings
from riskbook.sheets import Letter as Letter

_OF_NO_FINDING = "client-answer"  # the code of an answer to what is no finding, such as a file that cannot be read
_MOST_NAMED, _LONGEST = 10, 60  # answers that fit no finding, and characters of one, as named on screen


def write(
    results: Sequence[tuple[str, AssessedWorkbook]],
    method: Method,
    path: Path,
    lang: str,
    letter: Letter,
    *,
    force: bool = False,
    unread: Sequence[tuple[str, str]] = (),
) -> None:
    """Writes the open errors and warnings of several workbooks as one question sheet to send to the client.

    `results`: (name of the workbook as the client knows it, its assessment). `unread`: (name, why) of workbooks that
    could not be assessed. Raises `OutputError`.
    """
    for _, result in results:
        if path.exists() and result.path.exists() and path.samefile(result.path):
            raise OutputError("same-file", path=str(path))
    asked = [sheets.Asked(name, result.named, result.findings) for name, result in results]
    pipeline.keep_existing(path, force=force)
    opc.save(sheets.question_sheet(asked, method, lang, letter, unread), path, overwrite=force)


def read(path: Path, settings: Settings) -> tuple[Question, ...]:
    """The questions of a question sheet, each with the client's answer; rows that the client added, too.

    Raises `PackageError` where the file cannot be opened, and `LedgerError` where it is no question sheet.
    """
    workbook, data, _ = pipeline.unlocked(opc.read_file(path), settings)
    source = marks.readable(workbook, data, OwnedParts())
    found = reading.read_list(source, sheets.question_list())
    if found is None:
        raise LedgerError("not-questions")
    return tuple(_question(line) for line in found.lines)


def _question(line: Mapping[str, Any]) -> Question:
    text = {name: str(value).strip() if value is not None else "" for name, value in line.items()}
    place = "!".join(part for part in (text["sheet"], text["question-cell"]) if part)
    return Question(
        workbook=text["workbook"],
        client=text["client"],
        code=text["code"] or _OF_NO_FINDING,
        cells=place or text["workbook"],
        subject=text["subject"],
        message=text["message"],
        fingerprints=frozenset(text["fingerprint"].split()),
        answer=text["answer"],
    )


def take(result: AssessedWorkbook, questions: Sequence[Question]) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Puts the answers to the questions about this workbook beside its findings; returns what to tell people.

    Raises `LedgerError` where no question is about this workbook.
    """
    own = _about(result, questions)
    result.assessment, unfit = analysis.join_answers(result.assessment, own)
    given = sum(1 for question in own if question.answer)
    notices: list[tuple[str, dict[str, Any]]] = [("answers-taken", {"count": given - len(unfit)})]
    for question in unfit[:_MOST_NAMED]:
        notices.append(("answers-unfit", {"place": question.cells, "answer": _shortened(question.answer)}))
    if len(unfit) > _MOST_NAMED:
        notices.append(("answers-unfit-more", {"count": len(unfit) - _MOST_NAMED}))
    if given < len(own):
        notices.append(("answers-blank", {"count": len(own) - given}))
    return tuple(notices)


def _about(result: AssessedWorkbook, questions: Sequence[Question]) -> list[Question]:
    """The questions about a workbook: by the name of its file, and by the client's where both say it."""
    names = {_name(result.path.name), _name(f"{result.source}.xlsx")}
    own = [question for question in questions if not question.workbook or _name(question.workbook) in names]
    clients = {question.client for question in own if question.client}
    if result.named or len(clients) > 1:
        own = [question for question in own if question.client in ("", result.named)]
    if not any(question.workbook for question in own):
        asked = {
            f"{question.workbook} ({question.client})" if question.client else question.workbook: None
            for question in questions
            if question.workbook
        }
        raise LedgerError("answers-other", names=list(asked))
    return own


def _name(file: str) -> str:
    """The name of a workbook, the same for an input and its result."""
    return folded(Path(file).stem.removesuffix(ASSESSED))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
