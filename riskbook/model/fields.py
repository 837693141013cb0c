"""The one table of the columns that an asset has: how each is read, and where it is preserved, shown and exported.

To add a column to the ledger, add one row here and its header spellings to the method (`headers.ledger.fields`).
"""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("place", "text", "medium", "mark", "rating", "retention", "date", "yen", "form", "computed", "plan")
USES = (
    "header",  # a column of the ledger; the method lists the spellings of its header
    "read",  # a column of `Ledger.assets`
    "carried",  # copied from `Ledger.assets` into `Assessment.risks`
    "key",  # identifies the asset of a line in an earlier plan or register
    "history",  # part of the record of a run
    "moves",  # a change of it is reported as the event "asset-moved"
    "portfolio",  # a column of the tables over all clients
    "json",  # printed by `--format json`
    "audit",  # a column of the register in the monthly package
    "redact",  # may be redacted: people typed it
    "own",  # riskbook's own words, figures or dates, never a quotation of what people typed
)


@dataclass(frozen=True)
class Field:
    """One column.

    `kind`: one of KINDS; `dtype`: of the pandas column; `uses`: words of USES, separated by spaces.
    `digest`: its place in the digest of the input, None where it is no part of it. Never renumber these: earlier runs
    could no longer be compared.
    `width`: in characters, where the register shows it after the columns that identify the asset; 0 where it does not.
    `form`: its place in the blank form and its widths there (Japanese, English), None where the form lacks it.
    `words`: its caption (Japanese, English), where the text catalogue has none under "col.NAME".
    """

    name: str
    kind: str
    dtype: str = "object"
    uses: str = ""
    digest: int | None = None
    width: float = 0
    form: tuple[int, float, float] | None = None
    words: tuple[str, str] | None = None


# In the order of exported tables.
FIELDS = (
    Field("sheet", "place", uses="read carried history portfolio json audit"),
    Field("row", "place", "Int64", "read carried history portfolio json audit"),
    Field("table", "place", "Int64", "read carried"),
    Field("hidden", "place", "bool", "read carried"),
    Field("asset_id", "text", uses="header read carried key history portfolio audit redact", digest=0),
    Field(
        "business",
        "text",
        uses="header read carried key history moves portfolio json audit redact",
        digest=1,
        form=(0, 10, 10),
    ),
    Field(
        "name", "text", uses="header read carried key history portfolio json audit redact", digest=2, form=(1, 24, 24)
    ),
    Field(
        "department",
        "text",
        uses="header read carried key history moves portfolio audit redact",
        digest=5,
        form=(4, 12, 12),
    ),
    Field("users", "text", uses="header read carried history portfolio audit redact", digest=4, form=(3, 12, 12)),
    Field("owner", "text", uses="header read carried history audit redact", digest=6),
    Field("note", "text", uses="header read carried history audit redact", digest=3, form=(2, 22, 22)),
    Field("media", "medium", uses="read carried"),
    Field("medium_text", "medium", uses="read carried", digest=7),
    Field("medium", "medium", uses="header key history moves portfolio json audit own", form=(5, 13, 13)),
    Field("personal", "mark", "bool", "header read carried history audit", digest=8, width=5, form=(6, 7, 11)),
    Field("sensitive", "mark", "bool", "header read carried history audit", digest=9, form=(7, 8, 11)),
    Field("my_number", "mark", "bool", "header read carried history audit", digest=10, form=(8, 8, 9)),
    Field(
        "confidentiality", "rating", "Int64", "header read carried history audit", digest=11, width=4, form=(9, 7, 13)
    ),
    Field("integrity", "rating", "Int64", "header read carried history audit", digest=12, width=4, form=(10, 7, 9)),
    Field("availability", "rating", "Int64", "header read carried history audit", digest=13, width=4, form=(11, 7, 11)),
    Field("retention", "retention", uses="header", form=(13, 9, 10)),
    Field("retention_text", "retention", uses="read carried", digest=14),
    Field("retention_years", "retention", "Float64", "read"),
    Field("retention_date", "retention", uses="read carried"),
    Field("registered", "date", uses="header read carried", digest=15, form=(14, 11, 11)),
    Field("cost", "yen", "Float64", "header read carried", digest=16),
    Field("loss", "yen", "Float64", "header read carried", digest=17),
    Field(
        "importance", "form", "Int64", "header read history portfolio json audit", digest=18, width=5, form=(12, 7, 11)
    ),
    Field("threat", "form", "Int64", "header read history portfolio json audit", digest=19, width=5, form=(15, 8, 10)),
    Field(
        "vulnerability",
        "form",
        "Int64",
        "header read history portfolio json audit",
        digest=20,
        width=5,
        form=(16, 8, 12),
    ),
    Field("share", "computed", "Float64", "history audit", width=6),
    Field("likelihood", "form", "Int64", "header read history portfolio json audit", width=6, form=(17, 8, 10)),
    Field("risk", "form", "Int64", "header read history portfolio json audit", form=(18, 7, 7)),
    Field("level", "computed", uses="history portfolio json audit own"),
    Field("threat_source", "computed", uses="history"),
    Field("vulnerability_source", "computed", uses="history"),
    Field("treatment", "computed", uses="history portfolio json audit own"),
    Field("rule", "computed", uses="history own"),
    Field("decision", "plan", uses="portfolio json audit"),
    Field("decided", "computed", uses="history portfolio audit own"),
    Field("residual", "computed", "Int64", "history portfolio json audit"),
    Field("planned", "computed", "Int64", "history portfolio audit"),
    Field("measure", "plan", uses="redact"),
    Field("assignee", "plan", uses="redact"),
    Field("due", "plan"),
    Field("state", "plan"),
    Field("completed", "plan"),
    Field("decided_by", "plan", uses="redact"),
    Field("decided_on", "plan"),
    Field("decision_reason", "plan", uses="redact"),
    Field("review_by", "plan"),
    Field("plan_note", "plan", uses="redact"),
    Field("decided_risk", "computed", "Int64", "history"),
    Field("review_date", "computed", uses="history own"),
    Field("due_date", "computed", uses="history own"),
    Field("state_key", "computed", uses="history own"),
)
FIELD = {field.name: field for field in FIELDS}


def of_kind(kind: str) -> tuple[str, ...]:
    """The names of the fields of a kind (one of KINDS), in the order of the table."""
    return tuple(field.name for field in FIELDS if field.kind == kind)


def used_in(use: str) -> tuple[str, ...]:
    """The names of the fields with a use (one of USES), in the order of the table."""
    return tuple(field.name for field in FIELDS if use in field.uses.split())


TEXT_FIELDS = of_kind("text")
MARK_FIELDS = of_kind("mark")
CIA_FIELDS = of_kind("rating")
FORM_FIELDS = of_kind("form")
YEN_FIELDS = of_kind("yen")
PLAN_FIELDS = of_kind("plan")  # what a person may type into the treatment plan, in the order of its columns
PLAN_KEYS = used_in("key")
STATE_FIELDS = used_in("history")  # recorded of an asset in a history, beside the PLAN_FIELDS
DIGEST_FIELDS = tuple(
    field.name for field in sorted((f for f in FIELDS if f.digest is not None), key=lambda f: f.digest or 0)
)
ASSET_DTYPES = {field.name: field.dtype for field in FIELDS if "read" in field.uses.split()}
