"""The days on which tests assess."""

from __future__ import annotations

from datetime import date

TODAY = date(2026, 11, 21)
LATER = date(2026, 12, 21)
ON_TODAY = ("--today", str(TODAY))  # options of a command
