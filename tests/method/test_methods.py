"""The methods beside the guideline's: what ships, what each computes, and which files are refused."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from riskbook.errors import MethodError
from riskbook.method import available_methods, load_form, load_method
from riskbook.model import LEVELS, bands, change
from tests.support.commands import invoke
from tests.support.methods import OWN, SHIPPED, own_method, shipped


def test_all_methods_ship_and_those_of_the_guideline_keep_their_rules() -> None:
    assert available_methods() == SHIPPED
    for name in ("ipa-3.1", "ipa-4.0"):
        assert load_method(name).rules_sha256[:12] == "5bab5885a7f7"
    digests = {shipped(name).rules_sha256 for name in SHIPPED[1:]}
    assert len(digests) == len(SHIPPED) - 1
    for name in SHIPPED:
        load_form(shipped(name))


@pytest.mark.parametrize(
    ("name", "highest", "levels", "accepted"),
    [
        ("isms-27", 27, [("large", 20), ("medium", 10), ("small", 1)], 9),
        ("isms-36", 36, [("large", 24), ("medium", 12), ("small", 1)], 11),
        ("isms-sum", 15, [("large", 13), ("medium", 11), ("small", 1)], 10),
        ("matrix-5x5", 25, [("extreme", 15), ("large", 10), ("medium", 5), ("small", 1)], 4),
    ],
)
def test_levels_and_acceptance(name: str, highest: int, levels: list[tuple[str, int]], accepted: int) -> None:
    method = shipped(name)
    assert method.highest_risk == highest
    assert [(level.key, level.at_least) for level in method.levels] == levels
    assert method.acceptance is not None
    assert method.acceptance.at_most == accepted
    lowest = method.levels[-2].at_least
    assert [method.needs_decision(risk) for risk in (accepted, accepted + 1)] == [False, True]
    assert accepted + 1 == lowest


def test_each_formula_over_all_grades() -> None:
    for name in ("isms-27", "isms-36"):
        method = shipped(name)
        scales = [method.scale_of(factor).values for factor in ("importance", "threat", "vulnerability")]
        for i, t, v in product(*scales):
            assert method.risk(i, method.likelihood(t, v)) == i * t * v
    method = shipped("isms-sum")
    for i, t, v in product(range(1, 6), repeat=3):
        assert method.risk(i, method.likelihood(t, v)) == i + t + v
    method = shipped("matrix-5x5")
    for i, chance in product(range(1, 6), repeat=2):
        assert method.risk(i, chance) == i * chance
    assert not method.has_vulnerability


def test_the_share_of_measures_gives_a_grade_of_any_scale(tmp_path: Path) -> None:
    assert [grade for grade, _, _ in shipped("ipa-3.1").vulnerability_steps] == [1, 2]
    assert [(g, round(share, 3), at) for g, share, at in shipped("isms-sum").vulnerability_steps] == [
        (1, 1.0, True),
        (2, 0.733, True),
        (3, 0.467, True),
        (4, 0.2, False),
    ]
    assert load_method(own_method("reversed", tmp_path)).vulnerability_steps == ((1, 1.0, True),)


def test_computed_factors_have_the_grades_that_can_occur(tmp_path: Path) -> None:
    wide, turned = (load_method(own_method(name, tmp_path)) for name in ("wide", "reversed"))
    assert wide.scale_of("importance").ascending == (1, 2, 3, 4, 6, 8, 9, 12, 18, 27)
    assert wide.scale_of("likelihood").ascending == tuple(range(3, 18))
    assert wide.highest_risk == 27 * 17
    assert wide.level_keys == ("extreme", "large", "elevated", "medium", "small", "slight", "unassessed")
    assert turned.scale_of("importance").ascending == tuple(range(3, 13))
    assert turned.scale_of("threat").turned(1) == 4
    places = [shipped("isms-36").scale_of("importance").place(place) for place in ("lowest", "middle", "highest", 3)]
    assert places == [1, 2, 4, 3]


_LEVEL = 'word = {{ ja = "{0}", en = "{0}" }}\nfill = "FFFFFF"\nink = "000000"\nstrong = "000000"\n'


def _levels(*levels: tuple[str, int]) -> str:
    return "".join(
        f'[[levels]]\nkey = "{key}"\nat_least = {least}\n{_LEVEL.format(place)}'
        for place, (key, least) in enumerate(levels)
    )


def _rule(predicate: str) -> str:
    return (
        f'[[treatment]]\nid = "x"\ntreatment = "avoid"\nwhen = [{{ {predicate} }}]\n'
        '[[treatment]]\nid = "else"\ntreatment = "reduce"\nwhen = []\n'
    )


BAD = {
    "scale.values": ("[scale]\nvalues = [1]\nlabels = {}\nunknown = 1\n", "[1]", "2 … 10"),
    "scale.values[1]": ("[scale]\nvalues = [1, 11]\nlabels = {}\nunknown = 1\n", "11", "1 … 10"),
    "scales.threat.unknown": ("[scales.threat]\nvalues = [1, 2]\nlabels = {}\nunknown = 3\n", "3", "1 | 2"),
    "scales.threat.labels.高": ('[scales.threat]\nvalues = [1, 2]\nlabels = { "高" = 3 }\nunknown = 2\n', "3", "1 | 2"),
    "scales.threat.meanings": (
        '[scales.threat]\nvalues = [1, 2]\nlabels = {}\nunknown = 2\nmeanings = { 1 = { ja = "a", en = "a" } }\n',
        "[1]",
        "1, 2",
    ),
    "scales.weather": ("[scales.weather]\nvalues = [1, 2]\nlabels = {}\nunknown = 2\n", "[1, 2]", "confidentiality | "),
    "scales.threat.values": (
        "[scales.threat]\nvalues = [1, 2, 4]\nlabels = {}\nunknown = 4\nreversed = true\n",
        "[1, 2, 4]",
        "[1, 2, 3, 4]",
    ),
    "scales.importance": (
        '[scales.importance]\nvalues = [1, 2]\nlabels = {}\nunknown = 2\n[importance]\nrule = "sum"\n',
        "[1, 2]",
        "importance.rule = max | typed",
    ),
    "formulas.risk": ('[formulas]\nrisk = "a * b"\n', "'a * b'", "matrix | product | sum"),
    "formulas.likelihood": ('[formulas]\nrisk = "product"\nlikelihood = "max"\n', "'max'", "product"),
    "importance.rule": ('[importance]\nrule = "mean"\n', "'mean'", "max | product | sum | typed"),
    "likelihood.3.3": ("[likelihood]\n3 = { 3 = 1 }\n", "1", "≥ 2"),
    "matrix.3.2": (
        '[formulas]\nrisk = "matrix"\n[matrix]\n1 = { 1 = 1, 2 = 2, 3 = 3 }\n2 = { 1 = 2, 2 = 4, 3 = 6 }\n'
        "3 = { 1 = 3, 2 = 2, 3 = 9 }\n",
        "2",
        "≥ 3",
    ),
    "levels[*].at_least": (_levels(("large", 40), ("small", 1)), "[40, 1]", "9 ≥ … > 1"),
    "levels[*].key": (_levels(("small", 6), ("large", 1)), "['small', 'large']", "extreme > large"),
    "levels": (_levels(("large", 1)), "at_least", "2 … 6"),
    "acceptance.at_most": ("[acceptance]\nat_most = 10\n", "10", "1 … 9"),
    "personal.confidentiality": ("[personal]\nconfidentiality = 4\n", "4", "1 … 3"),
    "treatment[0].when[0].value": (
        _rule('predicate = "importance_at_least", value = "top"'),
        "'top'",
        "highest | lowest | middle",
    ),
    "treatment[0].when[0].levels[0]": (
        _rule('predicate = "level_is", levels = ["extreme"]'),
        "'extreme'",
        "large | medium | small",
    ),
    "residual.reduce.rule": (
        '[formulas]\nlikelihood = "none"\n',
        "'vulnerability_at_most'",
        "unchanged | fixed | likelihood_at_most",
    ),
    "residual.reduce.value": ('[residual]\nreduce = { rule = "vulnerability_at_most", value = 5 }\n', "5", "1 … 3"),
}


@pytest.mark.parametrize("key", BAD)
def test_a_bad_method_names_key_value_and_what_may_stand_there(key: str, tmp_path: Path) -> None:
    text, found, may = BAD[key]
    path = tmp_path / "mine.toml"
    path.write_text(f'extends = "ipa-3.1"\nname = "mine"\n{text}', encoding="utf-8")
    with pytest.raises(MethodError) as caught:
        load_method(path)
    assert caught.value.params["key"] == key
    assert found in caught.value.params["found"]
    assert may in caught.value.params["may"]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("likelihood.4.1", "[scales.threat]\nvalues = [1, 2, 3, 4]\nlabels = {}\nunknown = 4\n"),
        ("matrix.1.1", '[formulas]\nrisk = "matrix"\n'),
        ("acceptance.at_most", _rule('predicate = "within_acceptance"')),
    ],
)
def test_a_method_that_is_not_complete_names_what_is_missing(key: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'extends = "ipa-3.1"\nname = "mine"\n{text}', encoding="utf-8")
    with pytest.raises(MethodError) as caught:
        load_method(path)
    assert (caught.value.key, caught.value.params["key"]) == ("method-key-missing", key)


def test_levels_are_counted_in_bands_and_kept_in_document_properties() -> None:
    counts = {"extreme": 1, "large": 2, "elevated": 3, "medium": 4, "small": 5, "slight": 6, "unassessed": 7}
    assert bands(counts) == dict(zip(LEVELS, (3, 7, 11, 7), strict=True))
    for levels in (counts, {"large": 1, "small": 2, "unassessed": 0}, dict.fromkeys(LEVELS, 12345)):
        fields = {"digest": "0" * 16, "rules": "matrix-5x5:abcdefabcdef:strict", "on": "2026-10-01", "levels": levels}
        run = change.run_from({**fields, "risk": 123456, "share": 0.1234})
        texts = change.as_texts(run, None)
        assert len(texts["run"]) <= 255
        assert change.from_texts(texts)[0] == run
        assert list(run.levels) == list(levels)


@pytest.mark.slow
def test_the_command_lists_and_explains_methods(tmp_path: Path) -> None:
    listed = invoke("methods", "--lang", "ja", code=0).stdout
    assert all(name in listed for name in SHIPPED)
    assert "リスク値＝重要度×脅威×脆弱性（1〜36）" in listed
    assert "極大 15〜25、大 10〜14、中 5〜9、小 1〜4／受容基準 4以下" in listed
    one = invoke("methods", "isms-36", "--lang", "en", code=0).stdout
    for said in (
        "Confidentiality, Integrity, Availability: 4, 3, 2 or 1",
        "24–36   Large",
        "--method isms-36",
        "ISO/IEC",
    ):
        assert said in one
    for name in (*SHIPPED, *(str(own_method(own, tmp_path)) for own in OWN)):
        for lang in ("ja", "en"):
            assert name in invoke("methods", name, "--lang", lang, code=0).stdout
    plain = json.loads(invoke("methods", "--format", "json", code=0).stdout)
    assert plain["schema"] == "riskbook.methods/1"
    assert [method["name"] for method in plain["methods"]] == list(SHIPPED)
    assert plain["methods"][-1]["levels"][0] == {
        "key": "extreme",
        "word": {"ja": "極大", "en": "Extreme"},
        "from": 15,
        "to": 25,
    }
    assert invoke("methods", "isms-99", code=2).exit_code == 2
