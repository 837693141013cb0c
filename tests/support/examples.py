"""How many examples hypothesis tries."""

from __future__ import annotations

from hypothesis import settings

QUICK = 20  # the default of the profile "quick", instead of hypothesis's 100


def examples(full: int) -> int:
    """`full`, or a fifth of it under the profile that `make quick` chooses."""
    return full if settings.default.max_examples > QUICK else max(full // 5, 1)  # type: ignore[union-attr]
