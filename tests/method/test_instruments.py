"""Instrument files: how a bad one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import riskbook
from riskbook.errors import MethodError
from riskbook.method import load_method


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("self_check", 'number = 2\nja = "パ', 'number = 3\nja = "パ'),
        ("self_check", "score = 4\n", 'score = "4"\n'),
        ("self_check", "at_least = -25", "at_least = -24"),
        ("self_check", 'key = "partly"', 'key = "implemented"'),
        ("self_check", 'key = "policy-set"', 'key = "another"'),
        ("threats", 'entries = ["vulnerability", "malware"', 'entries = ["nothing"'),
        ("response", 'id = "A2"', 'id = "A1"'),
        ("transfer", 'source = "duty"', 'source = "nobody"'),
    ],
)
def test_a_bad_file_of_an_instrument_is_refused_with_its_key(key: str, old: str, new: str, tmp_path: Path) -> None:
    shipped = {
        "self_check": "self-check",
        "threats": "ten-threats",
        "response": "incident-response",
        "transfer": "otasuketai",
    }
    folder = Path(riskbook.__file__).parent / "method" / "data" / "instruments"
    text = (folder / f"{shipped[key]}.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "bad.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    own = f'extends = "ipa-3.1"\n[instruments]\n{key} = "{tmp_path / "bad.toml"}"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    with pytest.raises(MethodError):
        load_method(tmp_path / "own.toml")
