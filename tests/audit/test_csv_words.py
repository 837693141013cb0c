"""The CSV files of a Japanese package: headers and words of its workbook, from which the values are read back exactly."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from riskbook.analysis import difference
from riskbook.audit import verify
from riskbook.audit.differences import rows_in
from riskbook.audit.manifest import opened, sealed
from riskbook.audit.spelling import spelling
from riskbook.audit.tables import TABLES, method_rows, values
from riskbook.method import load_method
from riskbook.model import EVENTS
from riskbook.records import Histories, find_histories
from riskbook.sheets import code_words, end_words, meaning, pairs_swapped
from riskbook.sheets.audit.codes import CHANGED
from riskbook.tables import FLAG, NUMBER, TEXT, WHOLE
from riskbook.text import LANGUAGES, label
from riskbook.text.catalogue import DATA
from tests.support.commands import invoke
from tests.support.packages import MONTHS, SECRET, lines_of, replaced, reseal, table, tree, verified

MONTH = MONTHS[1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", TABLES)
def test_headers_of_a_table_and_words_of_a_column_are_unique(name: str, lang: str) -> None:
    headers = [header for header, _ in spelling(name, lang).columns]
    assert len(set(headers)) == len(headers)
    assert not any("\n" in header for header in headers)
    method = load_method()
    known = [code_words(column, method, lang) for column, _ in TABLES[name]]
    known += [end_words(event, method, lang) for event in EVENTS]
    known.append({code: pairs_swapped(f"{code} 1", lang).removesuffix(" 1") for code in CHANGED})
    for words in known:
        assert len(set(words.values())) == len(words)
        assert all(word not in words or words[word] == word for word in words.values())  # no code is another's word


_SAMPLES: dict[str, tuple[Any, ...]] = {
    TEXT: (
        None,
        "text",
        "=1",
        "'quoted",
        "大",
        "large",
        "未評価",
        "○",
        "a\nb",
        "threat 1→2; 脅威 3→4; x y→z",
        "脅威 1",
    ),
    WHOLE: (None, 0, 1, 2, 3, 4, 5, -1),
    NUMBER: (None, 0.5, 1.0),
    FLAG: (None, True, False),
}


@pytest.mark.parametrize("lang", ["ja", None])
@pytest.mark.parametrize("name", TABLES)
def test_whatever_stands_in_a_table_is_read_back_exactly(name: str, lang: str | None, tmp_path: Path) -> None:
    """Every code and any text, before and after every event; also texts that look like words or codes."""
    from riskbook.audit.package import write_csv

    method, columns = load_method(), TABLES[name]
    most = max(len(samples) for samples in _SAMPLES.values())
    rows = []
    for number in range(most + 25):
        row = []
        for column, kind in columns:
            codes = list(code_words(column, method, "ja"))
            samples = (*codes, *code_words(column, method, "ja").values(), *_SAMPLES[kind])
            usable = [sample for sample in samples if kind == TEXT or not isinstance(sample, str)]
            row.append(usable[number % len(usable)])
        rows.append(tuple(row))
    if "event" in dict(columns):
        places = [[column for column, _ in columns].index(column) for column in ("event", "before", "after")]
        for event in EVENTS:
            words = end_words(event, method, "ja")
            for end in (*words, *words.values(), "6", None):
                changed = list(rows[0])
                for place, value in zip(places, (event, end, "text"), strict=True):
                    changed[place] = value
                rows.append(tuple(changed))
    path = write_csv(tmp_path / f"{name}.csv", rows, lang)
    assert rows_in(path, lang) == rows


def test_every_field_that_a_change_may_name_has_its_word() -> None:
    causes = {name for names in difference._CAUSES.values() for name in names}
    assert set(CHANGED) == {*difference._FACTORS, *causes, *difference._PLACES, "sheet", "method"}
    assert pairs_swapped("threat 1→2; medium a→b; x y", "ja") == "脅威 1→2; 媒体・保存先 a→b; x y"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("method", ["ipa-3.1", "ipa-4.0"])
def test_every_value_of_the_shipped_methods_has_a_sentence(method: str, lang: str) -> None:
    tables = json.loads(load_method(method).content)
    rows = [
        dict(zip(dict(TABLES["methods"]), values("methods", row), strict=True)) for row in method_rows(tables, "", 1)
    ]
    assert len(rows) > 60
    sentences = {row["key"]: meaning(row["key"], row["value"], load_method(), lang) for row in rows}
    assert len(set(sentences.values())) == len(rows)
    assert not [key for key, sentence in sentences.items() if key in sentence or "{" in sentence or "_" in sentence]
    expected = {
        "ja": "脅威3・脆弱性2のときの被害発生可能性は2",
        "en": "Likelihood is 2 where threat is 3 and vulnerability 2",
    }
    assert sentences["likelihood.3.2"] == expected[lang]


def test_no_sentence_about_a_method_is_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    used = set()

    def noted(key: str, lang: str, **params: Any) -> str:
        used.add(key)
        return label(key, lang, **params)

    monkeypatch.setattr("riskbook.sheets.audit.meaning.label", noted)
    for row in method_rows(json.loads(load_method().content), "", 1):
        meaning(row["key"], values("methods", row)[-1], load_method(), "ja")
    known = tomllib.loads((DATA / "audit.toml").read_text("utf-8"))["meaning"]
    assert {key for key in used if key.startswith("meaning.")} == set(_keys("meaning", known))


def _keys(key: str, below: dict[str, Any]) -> Iterator[str]:
    if any(lang in below for lang in LANGUAGES):
        yield key
    for name, more in below.items():
        if isinstance(more, dict):
            yield from _keys(f"{key}.{name}", more)


@pytest.mark.parametrize(("key", "value"), [("likelihood.rule", "a*b"), ("house.5.x", "1"), ("likelihood.3", "x")])
def test_a_key_without_a_sentence_stands_for_itself(key: str, value: str) -> None:
    assert meaning(key, value, load_method(), "ja") == f"{key}: {value}"
    assert meaning("likelihood.5.4", "2", load_method(), "en").startswith("Likelihood is 2 where threat is 5")


@pytest.mark.slow
def test_the_csv_files_show_what_the_workbook_shows(made: Path) -> None:
    method = load_method()
    codes = {code for column in ("event", "level", "treatment", "finding", "severity", "acceptance", "timing")
             for code in code_words(column, method, "ja")}  # fmt: skip
    for month in MONTHS:
        package = made / f"audit-{month}"
        book = openpyxl.load_workbook(package / f"audit-{month}.xlsx")
        titles = dict(zip([one for one in TABLES if one != "trend"], book.sheetnames[2:], strict=False))
        for name in TABLES:
            heads, *lines = lines_of(package, name)
            named = spelling(name, "ja").headers
            assert heads[len(heads) - len(named) :] == list(named)
            assert not any(head.isascii() for head in heads if head != "riskbook")
            if name not in titles:
                continue
            rows = [list(cells) for cells in book[titles[name]].iter_rows(min_row=4, values_only=True)]
            assert [str(head).replace("\n", "") for head in rows[0]] == heads
            own = [column for column, _ in TABLES[name]]
            for place, column in enumerate(own, start=len(heads) - len(own)):
                if code_words(column, method, "ja") or dict(TABLES[name])[column] == FLAG:
                    shown = ["" if row[place] is None else str(row[place]) for row in rows[1:]][: len(lines)]
                    assert [line[place] for line in lines] == shown, (name, column)
            if name not in ("findings", "methods"):
                assert not codes & {cell for line in lines for cell in line}
    heads, *lines = lines_of(made / f"audit-{MONTH}", "methods")
    assert (heads[0], lines[0][0]) == ("説明", "分からない脅威・脆弱性は3とみなす")
    assert heads[-2:] == ["項目", "値"]


@pytest.mark.slow
def test_codes_english_and_parquet_stay_as_they_are(clients: Path, made: Path, tmp_path: Path) -> None:
    for folder, options in (
        ("codes", ("--csv", "codes")),
        ("en", ("--lang", "en")),
        ("en2", ("--lang", "en", "--csv", "words")),
    ):
        for month in MONTHS:
            invoke("audit", clients, "--month", month, "-o", tmp_path / folder, *options, code=0)
        assert verified(tmp_path / folder, "--store", clients, code=0) == []
    forms = {}
    for place in (made, tmp_path / "codes", tmp_path / "en"):
        manifest = opened((place / f"audit-{MONTH}" / "manifest.json").read_bytes())
        forms[place.name.rstrip("0123456789")] = manifest["csv"]
        for name, columns in TABLES.items():
            assert table(place / f"audit-{MONTH}", name) == table(made / f"audit-{MONTH}", name)
            if place is not made:
                assert lines_of(place / f"audit-{MONTH}", name)[0] == [column for column, _ in columns]
    assert list(forms.values()) == ["words", "codes", "codes"]
    assert tree(tmp_path / "en") == tree(tmp_path / "en2")
    for place, words in ((made, "見出しと値は日本語"), (tmp_path / "codes", "英語の列名とコード")):
        cover = openpyxl.load_workbook(place / f"audit-{MONTH}" / f"audit-{MONTH}.xlsx").worksheets[0]
        assert words in {cell for row in cover.iter_rows(values_only=True) for cell in row}


@pytest.mark.slow
def test_a_package_of_an_earlier_version_is_read_as_codes(clients: Path, tmp_path: Path) -> None:
    """Its manifest says nothing about the CSV files, and its workbook has no sentences about the methods."""
    from riskbook.audit.package import collect, described, write
    from riskbook.audit.redact import Redaction
    from riskbook.records import Month

    month = Month.of(MONTH)
    assert month is not None
    places = Histories(find_histories(clients))
    package = tmp_path / f"audit-{MONTH}"
    package.mkdir()
    collected = collect(((prefix, history, None) for prefix, history in places.each()), month, Redaction(()))
    write(collected, described(collected, month, None, Redaction(()), "ja", None), package, parquet=True)
    assert "csv" not in opened((package / "manifest.json").read_bytes())
    assert lines_of(package, "methods")[0][0] == "method"
    assert verified(tmp_path, "--store", clients, code=0) == []
    assert verified(tmp_path, code=0) == []


@pytest.fixture
def one(made: Path, tmp_path: Path) -> Path:
    """A folder with the package of the first month alone."""
    return Path(shutil.copytree(made / f"audit-{MONTHS[0]}", tmp_path / "one" / f"audit-{MONTHS[0]}"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("register", ",大,", ",large,"), ("register", ",大,", ",巨大,"), ("register", "リスク区分", "level"),
     ("register", "管理番号", "番号"), ("methods", "被害発生可能性は2", "被害発生可能性は3"), ("clients", ",○,", ",TRUE,"),
     ("methods", "説明", "意味")],
)  # fmt: skip
def test_a_word_or_header_that_riskbook_does_not_write_there_is_named(
    name: str, old: str, new: str, one: Path, clients: Path
) -> None:
    replaced(one / f"{name}.csv", old, new)
    ((kind, message),) = verified(one.parent)
    assert (kind, f"{name}.csv" in message) == ("file-changed", True)
    if new in (",large,", ",巨大,"):
        assert f"リスク区分：大 → {new.strip(',')}" in message
    reseal(one)
    for options in ((), ("--store", clients)):
        assert any(f"{name}.csv" in message for _, message in verified(one.parent, *options)), options


@pytest.mark.slow
def test_a_word_exchanged_for_another_is_named_in_words(one: Path, clients: Path) -> None:
    replaced(one / "register.csv", ",大,", ",中,")
    reseal(one)
    found = verified(one.parent, "--store", clients)
    named = {kind for kind, message in found if "register.csv" in message and "リスク区分：大 → 中" in message}
    assert named == {"copies-differ", "not-from-history"}


@pytest.mark.slow
def test_packages_of_other_versions_and_with_pseudonyms_are_compared_in_words(clients: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)
    out = tmp_path / "out"
    options = ("--redact", "client,title,file,name,decided_by", "--redact-key", key)
    invoke("audit", clients, "--month", MONTH, "-o", out, *options, code=0)
    package = out / f"audit-{MONTH}"
    assert SECRET not in (package / "plan.csv").read_text("utf-8-sig")
    for with_key in ((), ("--redact-key", key)):
        assert verified(out, "--store", clients, *with_key, code=0) == []
    path = package / "manifest.json"
    path.write_bytes(sealed({**opened(path.read_bytes()), "made_with": {"riskbook": "0.0.1"}}))
    assert verified(out, "--store", clients, "--redact-key", key, code=0) == []
    replaced(package / "register.csv", ",大,", ",中,")
    reseal(package)
    found = verify(out, histories=Histories(find_histories(clients)), key=key).problems
    assert ("cell", "リスク区分", "大", "中") in {
        (kind, at["column"], at["before"], at["after"])
        for _, about in found
        for kind, at in about["differences"]
        if kind == "cell"
    }


@pytest.mark.slow
def test_a_form_of_the_csv_files_that_riskbook_does_not_know_is_named(one: Path) -> None:
    reseal(one, csv="other")
    assert [kind for kind, _ in verified(one.parent)] == ["manifest-edited"]
