"""Method files: what is in them, and how a bad one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskbook.errors import MethodError
from riskbook.method import available_methods, load_method

# Table 17 of the guideline, as printed there: rows threat 3, 2, 1, columns vulnerability 3, 2, 1.
TABLE_17 = {3: (3, 2, 1), 2: (2, 1, 1), 1: (1, 1, 1)}


def test_the_guidelines_tables() -> None:
    method = load_method()
    for threat, row in TABLE_17.items():
        assert tuple(method.likelihood(threat, vulnerability) for vulnerability in (3, 2, 1)) == row
    assert [(level.key, level.at_least) for level in method.levels] == [("large", 6), ("medium", 4), ("small", 1)]
    assert [measure.number for measure in method.measures] == list(range(1, 12))
    assert method.measures[4].media == ("書類", "可搬電子媒体", "事務所PC", "モバイル機器", "社内サーバー")


def test_edition_4_has_six_rules_and_the_same_formula() -> None:
    old, new = load_method("ipa-3.1"), load_method("ipa-4.0")
    assert (len(old.tables["rules"]), len(new.tables["rules"])) == (5, 6)
    differing = {key for key in old.tables if old.tables[key] != new.tables[key]}
    assert differing == {"name", "edition", "title", "rules", "rules_source"}
    assert available_methods() == ("ipa-3.1", "ipa-4.0")


BAD = {
    "likelihood.3.2": ("[likelihood.3]\n2 = 4\n", "4", "1 … 3"),
    "vulnerability.low_share": ("[vulnerability]\nlow_share = 1.5\n", "1.5", "0.0 … 1.0"),
    "scale.unknown": ('[scale]\nunknown = "worst"\n', "'worst'", "1 … 3"),
    "surprise": ("surprise = 1\n", "1", "likelihood"),
    "levels[0].key": (
        '[[levels]]\nkey = "huge"\nat_least = 1\nword = {ja = "x", en = "x"}\nfill = "FFFFFF"\nink = "000000"\nstrong = "000000"\n'
        * 3,
        "'huge'",
        "large | medium | small",
    ),
    "treatment[0].when": (
        '[[treatment]]\nid = "x"\ntreatment = "avoid"\nwhen = [{predicate = "risk_at_least", value = 9}]\n',
        "risk_at_least",
        "[]",
    ),
    "treatment[0].when[0].predicate": (
        '[[treatment]]\nid = "x"\ntreatment = "avoid"\nwhen = [{predicate = "moon_is_full"}]\n',
        "'moon_is_full'",
        "level_is | ",
    ),
    "treatment[0].when[0].value": (
        '[[treatment]]\nid = "x"\ntreatment = "avoid"\nwhen = [{predicate = "risk_at_least", value = 10}]\n',
        "10",
        "1 … 9",
    ),
    "residual.avoid.rule": ('[residual]\navoid = {rule = "pray"}\n', "'pray'", "unchanged"),
    "importance.rule": ('[importance]\nrule = "mean"\n', "'mean'", "max"),
}


@pytest.mark.parametrize("key", BAD)
def test_a_bad_file_names_the_key_what_stands_there_and_what_may(key: str, tmp_path: Path) -> None:
    text, found, may = BAD[key]
    path = tmp_path / "mine.toml"
    path.write_text(f'extends = "ipa-3.1"\n{text}', encoding="utf-8")
    with pytest.raises(MethodError) as caught:
        load_method(path)
    assert caught.value.params["key"] == key
    assert found in caught.value.params["found"]
    assert may in caught.value.params["may"]


def test_files_that_are_no_method(tmp_path: Path) -> None:
    for name, text, key in (
        ("broken", "a = = b", "method-toml"),
        ("circle", 'extends = "circle.toml"', "method-circle"),
        ("short", 'name = "x"', "method-key-missing"),
    ):
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(MethodError) as caught:
            load_method(path)
        assert caught.value.key == key
    with pytest.raises(MethodError) as caught:
        load_method("ipa-9")
    assert "ipa-3.1" in caught.value.params["known"]
