"""Method files: what is in them, and how a bad one is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import riskbook
from riskbook.errors import MethodError
from riskbook.method import available_methods, load_form, load_method
from riskbook.model import LEVELS, run_from

DATA = Path(riskbook.__file__).parent / "method" / "data"

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
    assert (len(old.rules), len(new.rules)) == (5, 6)
    tables = [json.loads(method.content) for method in (old, new)]
    differing = {key for key in tables[0] if tables[0][key] != tables[1][key]}
    assert differing == {"name", "edition", "title", "rules", "rules_source"}


BAD = {
    "likelihood.3.2": ("[likelihood.3]\n2 = 4\n", "4", "1 … 3"),
    "vulnerability.low_share": ("[vulnerability]\nlow_share = 1.5\n", "1.5", "0.0 … 1.0"),
    "scale.unknown": ('[scale]\nunknown = "worst"\n', "'worst'", "1 … 10"),
    "surprise": ("surprise = 1\n", "1", "likelihood"),
    "levels[0].key": (
        '[[levels]]\nkey = "huge"\nat_least = 1\nword = {ja = "x", en = "x"}\nfill = "FFFFFF"\nink = "000000"\nstrong = "000000"\n'
        * 3,
        "'huge'",
        "elevated | extreme | large | medium | slight | small",
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
    "treatment[0].when[0].level": (
        '[[treatment]]\nid = "x"\ntreatment = "avoid"\nwhen = [{predicate = "level_is", levels = ["large"], level = 1}]\n',
        "1",
        "levels",
    ),
    "residual.avoid.value": ('[residual]\navoid = {rule = "fixed", value = "0"}\n', "'0'", "0 … 1000"),
    "residual.pray": (
        '[residual]\npray = {rule = "unchanged"}\n',
        "{'rule': 'unchanged'}",
        "reduce, retain, avoid, transfer",
    ),
    "personal.marks_yes": ("[personal]\nmarks_yes = []\n", "[]", "[…] (1+)"),
    "personal.marks_yes[1]": ('[personal]\nmarks_yes = ["x", ""]\n', "''", "text"),
    "scale.labels.低": ('[scale.labels]\n"低" = 0\n', "0", "1 … 10"),
    "answers.labels.partly": ("[answers.labels]\npartly = true\n", "True", "1 … 4"),
    "headers.checks.fields.number[1]": ('[headers.checks.fields]\nnumber = ["No", 2]\n', "2", "text"),
    "headers.checks.fields.colour": ('[headers.checks.fields]\ncolour = ["x"]\n', "'x'", "kind, number"),
    "headers.checks.required[0]": ('[headers.checks]\nrequired = ["asset"]\n', "'asset'", "kind | number"),
    "unassessed.fill": ('[unassessed]\nfill = "grey"\n', "'grey'", "RRGGBB"),
    "regulation.source": ('[regulation]\nsource = "IPA"\n', "'IPA'", "{ ja, en, date, url, short }"),
    "regulation.source.page": ("[regulation.source]\npage = 3\n", "3", "ja, en, date, url, short"),
    "media[0].portable": (
        '[[media]]\nname = "x"\nen = "x"\nportable = "no"\nspellings = []\n',
        "'no'",
        "true | false",
    ),
    "title": ("title = 1\n", "1", "{ ja, en }"),
    "vulnerability.partly_weight": ("[vulnerability]\npartly_weight = nan\n", "nan", "0.0 … 1.0"),
    "instruments.cloud": ("[instruments]\ncloud = 1\n", "1", "text"),
    "instruments.weather": ('[instruments]\nweather = "x"\n', "'x'", "self_check, cloud"),
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


MISSING = {
    "levels[0].ink": '[[levels]]\nkey = "large"\nat_least = 1\nword = {ja = "x", en = "x"}\nfill = "FFFFFF"\n' * 3,
    "treatment[0].when[0].value": (
        '[[treatment]]\nid = "x"\ntreatment = "avoid"\nwhen = [{predicate = "risk_at_least"}]\n'
    ),
    "treatment[0].when[0].predicate": '[[treatment]]\nid = "x"\ntreatment = "avoid"\nwhen = [{}]\n',
}


@pytest.mark.parametrize("key", MISSING)
def test_a_missing_key_is_named(key: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'extends = "ipa-3.1"\n{MISSING[key]}', encoding="utf-8")
    with pytest.raises(MethodError) as caught:
        load_method(path)
    assert (caught.value.key, caught.value.params["key"]) == ("method-key-missing", key)


def test_a_method_without_a_field_of_its_headers_names_it(tmp_path: Path) -> None:
    text = (DATA / "ipa-3.1.toml").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('cost = ["対策費用"', 'loss2 = ["対策費用"'), encoding="utf-8")
    with pytest.raises(MethodError) as caught:
        load_method(path)
    assert caught.value.params["key"] == "headers.ledger.fields.loss2"


# Of a form file or the file of an instrument: what is replaced, by what, the key, what stands there, what may.
BAD_FILES = (
    ("forms/appendix-7", 'medium = "書類"', 'medium = "石板"', "threats[0].medium", "'石板'", "書類 | "),
    ("forms/appendix-7", "kind = 1\n", "kind = 0\n", "questions[0].kind", "0", "1 … 99"),
    ("forms/appendix-7", "kind = 1\n", "kind = 12\n", "questions[0].kind", "12", "1 | 2 | "),
    ("forms/appendix-7", "kind = 1\n", 'kind = 1\nnote = "x"\n', "questions[0].note", "'x'", "kind, items"),
    ("forms/appendix-7", "kind = 1\n", "", "questions[0].kind", None, None),
    ("instruments/self-check", "enough = 0.4", "enough = 40", "enough", "40", "0.0 … 1.0"),
    ("instruments/self-check", "score = 4\n", 'score = "4"\n', "answers[0].score", "'4'", "-9 … 9"),
    ("instruments/self-check", "score = 4\n", "score = 4\nworth = 4\n", "answers[0].worth", "4", "key, score"),
    ("instruments/self-check", "score = 4\n", "", "answers[0].score", None, None),
    (
        "instruments/self-check",
        'level = "small"',
        'level = "tiny"',
        "bands[0].level",
        "'tiny'",
        "large | medium | small",
    ),
    (
        "instruments/otasuketai",
        "[sources.duty]\ndate =",
        "[sources.duty]\nday =",
        "sources.duty.day",
        "'2025",
        "ja, en",
    ),
    ("instruments/otasuketai", 'source = "duty"', 'source = "nobody"', "tables[0].source", "'nobody'", "service | "),
    ("instruments/incident-response", "[sources.law]\nshort", "[sources.law]\nurl", "sources.law.url", "{", "text"),
)


@pytest.mark.parametrize(("file", "old", "new", "key", "found", "may"), BAD_FILES)
def test_a_bad_form_or_instrument_names_its_key(
    file: str, old: str, new: str, key: str, found: str | None, may: str | None, tmp_path: Path
) -> None:
    text = (DATA / f"{file}.toml").read_text(encoding="utf-8")
    assert old in text
    bad = tmp_path / "bad.toml"
    bad.write_text(text.replace(old, new, 1), encoding="utf-8")
    names = {"self-check": "self_check", "otasuketai": "transfer", "incident-response": "response"}
    name = file.rpartition("/")[2]
    path = tmp_path / "mine.toml"
    named = f'[instruments]\n{names[name]} = "{bad}"\n' if name in names else f'form = "{bad}"\n'
    path.write_text(f'extends = "ipa-3.1"\n{named}', encoding="utf-8")
    with pytest.raises(MethodError) as caught:
        load_form(load_method(path))
    assert (caught.value.params["key"], caught.value.params["method"]) == (key, str(bad))
    assert caught.value.key == ("method-key-missing" if found is None else "method-invalid")
    assert (found or "") in caught.value.params.get("found", "")
    assert (may or "") in caught.value.params.get("may", "")


def test_every_shipped_method_loads_under_its_own_name() -> None:
    assert {"ipa-3.1", "ipa-4.0"} <= set(available_methods())
    for name in available_methods():
        assert load_method(name).name == name


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ('[headers.ledger.fields]\nname = ["名前"]\n', True),
        ('[scale]\nlabels = { "並" = 2 }\n', True),
        ('[[levels]]\nkey = "large"\nat_least = 6\nword = { ja = "重", en = "Heavy" }\nfill = "FF0000"\nink = "000000"\n'
         'strong = "FF0000"\n[[levels]]\nkey = "medium"\nat_least = 4\nword = { ja = "中", en = "Medium" }\nfill = "FFE999"\n'
         'ink = "6B5000"\nstrong = "E2A100"\n[[levels]]\nkey = "small"\nat_least = 1\nword = { ja = "小", en = "Small" }\n'
         'fill = "CFE2F7"\nink = "1F4E78"\nstrong = "2E75B6"\n', True),
        ("[vulnerability]\nlow_share = 0.3\n", False),
        ("[personal]\nconfidentiality = 2\n", False),
    ],
)  # fmt: skip
def test_other_words_and_colours_are_no_other_rules(changed: str, same: bool, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(f'extends = "ipa-3.1"\nname = "own"\n{changed}', encoding="utf-8")
    own, base = load_method(tmp_path / "own.toml"), load_method()
    assert own.sha256 != base.sha256
    assert (own.rules_sha256 == base.rules_sha256) == same


def test_runs_of_earlier_versions_go_on_under_the_same_rules() -> None:
    """They recorded the digest of the whole file, which changed with every spelling."""
    fields = {"digest": "0", "on": "2026-10-01", "levels": dict.fromkeys(LEVELS, 0), "risk": 0, "share": None}
    rules = f":{load_method().rules_sha256[:12]}"
    for name, digest in (("ipa-3.1", "3b8d29681451"), ("ipa-4.0", "b3015bae81ff"), ("ipa-3.1", "d577cdc5441b")):
        assert run_from({**fields, "rules": f"{name}:{digest}"}).rules == name + rules
        assert run_from({**fields, "rules": f"{name}:{digest}:strict"}).rules == f"{name}{rules}:strict"
    assert run_from({**fields, "rules": "own:0123456789ab"}).rules == "own:0123456789ab"
