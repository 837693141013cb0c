"""The OOXML package as parts: opened once, edited in memory, written without ever leaving half a file."""

from riskbook.opc.backups import MOST as MOST_BACKUPS
from riskbook.opc.backups import Backup, backups_of, keep
from riskbook.opc.charts import with_explicit_charts
from riskbook.opc.container import Container, Limits
from riskbook.opc.encryption import decrypted, encrypted, is_encrypted, unlocked
from riskbook.opc.lint import lint
from riskbook.opc.litter import clear_below, clear_beside, clear_litter, temporary_folder, temporary_prefix
from riskbook.opc.save import (
    LONGEST_NAME,
    is_held,
    read_file,
    reason,
    refuse_locked,
    replacing,
    save,
    sync_folder,
    usual_mode,
)
from riskbook.opc.styles import Styles
from riskbook.opc.workbook import Workbook
from riskbook.opc.worksheet import Worksheet

__all__ = [
    "LONGEST_NAME",
    "MOST_BACKUPS",
    "Backup",
    "Container",
    "Limits",
    "Styles",
    "Workbook",
    "Worksheet",
    "backups_of",
    "clear_below",
    "clear_beside",
    "clear_litter",
    "decrypted",
    "encrypted",
    "is_encrypted",
    "is_held",
    "keep",
    "lint",
    "read_file",
    "reason",
    "refuse_locked",
    "replacing",
    "save",
    "sync_folder",
    "temporary_folder",
    "temporary_prefix",
    "unlocked",
    "usual_mode",
    "with_explicit_charts",
]
