"""Register, measures and findings as plain tables, and the schemas that describe them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from riskbook.analysis import ranked
from riskbook.model import FIELD, PLAN_FIELDS, STATE_FIELDS, records
from riskbook.pipeline import AssessedWorkbook, printable
from riskbook.sheets import reason_words
from riskbook.tables import FLAG, KIND_OF, NUMBER, TEXT, WHOLE
from riskbook.text import label

SCHEMA = "riskbook.export/1"  # the second number grows where a column goes or changes its meaning
_MEASURES: dict[str, str] = {  # column → kind of `riskbook.tables`
    "sheet": TEXT,
    "cell": TEXT,
    "kind": WHOLE,
    "item": TEXT,
    "question": TEXT,
    "answer": WHOLE,
    "open": FLAG,
    "media": TEXT,
    "assets": WHOLE,
    "regulation": TEXT,
    "effort": TEXT,
    "days": NUMBER,
    "yen": NUMBER,
    "effect": NUMBER,
    "step": WHOLE,
    "assignee": TEXT,
    "due": TEXT,
    "due_date": TEXT,
    "state": TEXT,
    "state_key": TEXT,
    "plan_note": TEXT,
}
_FINDINGS: dict[str, str] = {
    "severity": TEXT,
    "code": TEXT,
    "sheet": TEXT,
    "cell": TEXT,
    "subject": TEXT,
    "message": TEXT,
    "mend": TEXT,
    "open": FLAG,
    "response": TEXT,
    "reason": TEXT,
}
# Table → its columns as (name, kind of `riskbook.tables`).
TABLES: dict[str, tuple[tuple[str, str], ...]] = {
    "register": (
        ("rank", WHOLE),
        *((name, KIND_OF[FIELD[name].dtype]) for name in (*STATE_FIELDS, *PLAN_FIELDS)),
        ("why", TEXT),
    ),
    "measures": tuple(_MEASURES.items()),
    "findings": tuple(_FINDINGS.items()),
}
_RENAMED = {"kind": "number", "assets": "dependents", "effort": "effort_class"}  # column → that of the roadmap
# Kind of column → its type in a Frictionless table schema, which is also that of JSON Schema.
_TYPES = {TEXT: "string", WHOLE: "integer", NUMBER: "number", FLAG: "boolean"}


def tables(result: AssessedWorkbook, lang: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table of TABLES, every column present, in JSON's values; None where there is no value.

    The register's rows: highest risk first. A value that people typed stays the text or number they typed; dates are
    ISO texts. Sentences are in `lang`.
    """
    at = {index: place for place, index in enumerate(result.risks.index.tolist())}
    assets, order = result.record["assets"], ranked(result.risks)
    register = [
        {**assets[at[index]], "rank": rank, "why": reason_words(row, result.method, lang)}
        for rank, (index, row) in enumerate(zip(order.index.tolist(), records(order), strict=True), start=1)
    ]
    found = {
        "register": register,
        "measures": _measures(result),
        "findings": [result.plain_finding(finding, lang) for finding in result.findings],
    }
    return {name: [_typed(row, TABLES[name]) for row in rows] for name, rows in found.items()}


def _measures(result: AssessedWorkbook) -> list[dict[str, Any]]:
    """The measures in the order of the measure plan; what people typed there as the record of a run has it."""
    plain = result.record["measures"]
    lines = records(result.assessment.roadmap.measures)
    return [
        {
            **line,
            **typed,
            **{column: line[name] for column, name in _RENAMED.items()},
            "media": "; ".join(line["media"]),
        }
        for line, typed in zip(lines, plain, strict=True)
    ]


def _typed(row: Mapping[str, Any], columns: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {
        name: None if row[name] in (None, "") else str(row[name]) if kind == TEXT else row[name]
        for name, kind in columns
    }


def about(result: AssessedWorkbook, lang: str) -> dict[str, Any]:
    """What was exported: client, file, day, method, language."""
    return {
        "client": result.title,
        "file": printable(result.path.name),
        "day": result.assessment.today.isoformat(),
        "method": result.method.name,
        "lang": lang,
    }


def data_package(exported: Mapping[str, Any], suffix: str, lang: str) -> dict[str, Any]:
    """The description of a folder with the tables, as a Frictionless data package (datapackage.json).

    `exported`: what `about` gives. `suffix`: of the tables, "csv" or "parquet".
    """
    media = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
    coding = {"encoding": "utf-8"} if suffix == "csv" else {}
    return {
        "profile": "tabular-data-package" if suffix == "csv" else "data-package",
        "name": "riskbook-export",
        "title": exported["client"],
        "created": f"{exported['day']}T00:00:00Z",
        "riskbook": {"schema": SCHEMA, **exported},
        "resources": [
            {
                "name": table,
                "path": f"{table}.{suffix}",
                "format": suffix,
                "mediatype": media[suffix],
                **coding,
                "description": label(f"export.table.{table}", lang),
                "schema": {"fields": [_field(table, name, kind, lang) for name, kind in columns]},
            }
            for table, columns in TABLES.items()
        ],
    }


def _field(table: str, name: str, kind: str, lang: str) -> dict[str, Any]:
    return {"name": name, "type": _TYPES[kind], "description": meaning(table, name, lang)}


def meaning(table: str, column: str, lang: str) -> str:
    """What a column of a table holds, in one sentence."""
    return label(f"export.{table}.{column}", lang)


def json_schema(lang: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the exported JSON."""
    text = {"type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            **dict.fromkeys(("client", "file", "method"), text),
            "day": {"type": "string", "format": "date"},
            "lang": {"enum": ["ja", "en"]},
            **{table: _array(table, lang) for table in TABLES},
        },
        "required": ["schema", "client", "file", "method", "day", "lang", *TABLES],
        "additionalProperties": False,
    }


def _array(table: str, lang: str) -> dict[str, Any]:
    columns = TABLES[table]
    return {
        "description": label(f"export.table.{table}", lang),
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                name: {"type": [_TYPES[kind], "null"], "description": meaning(table, name, lang)}
                for name, kind in columns
            },
            "required": [name for name, _ in columns],
            "additionalProperties": False,
        },
    }
