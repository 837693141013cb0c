"""Before any command: removes what killed runs left where it reads and writes."""

from __future__ import annotations

import glob
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

# What a command reads; of the second kind, one to which nothing is given searches the working folder for histories.
_GIVEN = frozenset({"workbooks", "folder"})
_SEARCHED = frozenset({"place", "workbook", "store", "before", "after", "sources"})


def clearing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The function of a command, which first clears every folder and the folder of every file that it is given."""

    @wraps(command)
    def after_clearing(**params: Any) -> Any:
        from riskbook.opc import clear_below, clear_beside, clear_litter

        for path in dict.fromkeys(_places(params)):
            clear_beside(path.absolute())  # a package lies in the folder in which it was made
            if path.is_dir():
                clear_below(path)
        clear_litter(Path(tempfile.gettempdir()))
        return command(**params)

    return after_clearing


def _places(params: Mapping[str, Any]) -> Iterator[Path]:
    """The local files and folders among the parameters of a command, and the fixed part of patterns."""
    from riskbook.opc.storage import is_pattern, is_url

    named = _flat(params.values())
    texts = [str(one) for one in named if isinstance(one, str | Path) and str(one) and not is_url(str(one))]
    found = [_fixed(Path(text)) if is_pattern(text) else Path(text) for text in texts]
    yield from (path for path in found if path.exists() or path.parent.is_dir())
    read = _flat(params[name] for name in _SEARCHED & params.keys())
    if read and not _GIVEN & params.keys() and not any(one and Path(one).exists() for one in read):
        yield Path()


def _flat(values: Iterable[Any]) -> list[Any]:
    return [one for value in values for one in (value if isinstance(value, tuple) else [value])]


def _fixed(pattern: Path) -> Path:
    """The folder before the first wildcard."""
    return next(path for path in pattern.parents if not glob.has_magic(str(path)))
