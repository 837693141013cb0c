"""The types of value that all files of a method share."""

from __future__ import annotations

from typing import Annotated, Literal, dataclass_transform

from msgspec import Meta, Struct, field

Text = Annotated[str, Meta(min_length=1)]
Texts = Annotated[tuple[Text, ...], Meta(min_length=1)]
Colour = Annotated[str, Meta(pattern=r"^[0-9A-Fa-f]{6}\Z", description="RRGGBB")]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Rating = Annotated[int, Meta(ge=1, le=10)]
RiskValue = Annotated[int, Meta(ge=1, le=1000)]
Grade = Rating | Literal["lowest", "middle", "highest"]  # a grade, or its place on the scale
Answer = Annotated[int, Meta(ge=1, le=4)]
Number = Annotated[int, Meta(ge=1, le=99)]
Numbers = tuple[Number, ...]
LevelKey = Literal["extreme", "large", "elevated", "medium", "small", "slight"]  # as `model.LEVEL_KEYS`
BandKey = Literal["large", "medium", "small"]
TreatmentKey = Literal["reduce", "retain", "avoid", "transfer"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a file: it has exactly the keys of its class, of which those with a default may be missing."""


class Words(Table):
    """A text in both languages; `words[lang]` is the one in `lang` ("ja" | "en")."""

    ja: Text
    en: Text

    def __getitem__(self, lang: str) -> str:
        return self.by_language()[lang]

    def by_language(self) -> dict[str, str]:
        """Language → text."""
        return {"ja": self.ja, "en": self.en}

    def values(self) -> tuple[str, str]:
        """The text in every language."""
        return self.ja, self.en


class Publication(Words, kw_only=True):
    """A publication: its title, its date, its address; `short`: its name in a list."""

    date: Text
    url: Text | None = None
    short: Words | None = None


class Meets(Table, kw_only=True):
    """The items and questions that a rule, threat or measure is about.

    `self_check`: numbers of items of the self-check. `kinds`: kinds of measure (付録5), whose questions count where
    they contain one of `words` (any question, without words) and none of `without`.
    """

    self_check: Numbers
    kinds: Numbers
    words: tuple[Text, ...]
    without: tuple[Text, ...] = ()
