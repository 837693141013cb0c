"""The one table of fields."""

from __future__ import annotations

from riskbook.model.fields import DIGEST_FIELDS, FIELD, FIELDS, KINDS, USES


def test_every_field_says_what_it_is_in_known_words() -> None:
    assert len(FIELD) == len(FIELDS)
    for field in FIELDS:
        assert field.kind in KINDS, field.name
        assert set(field.uses.split()) <= set(USES), field.name
        assert field.dtype in ("object", "Int64", "Float64", "bool"), field.name
    places = [field.form[0] for field in FIELDS if field.form is not None]
    assert sorted(places) == list(range(len(places)))


def test_the_digest_of_earlier_runs_stays_comparable() -> None:
    """A digest is over these columns in this order: another order, and every workbook would seem to have changed."""
    assert DIGEST_FIELDS[:21] == (
        *("asset_id", "business", "name", "note", "users", "department", "owner", "medium_text"),
        *("personal", "sensitive", "my_number", "confidentiality", "integrity", "availability"),
        *("retention_text", "registered", "cost", "loss", "importance", "threat", "vulnerability"),
    )
    assert [FIELD[name].digest for name in DIGEST_FIELDS] == list(range(len(DIGEST_FIELDS)))
