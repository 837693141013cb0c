"""The monthly package for auditors, and its verification."""

from riskbook.audit.export import Exported, export_month
from riskbook.audit.redact import Redaction
from riskbook.audit.verify import Verdict, verify

__all__ = ["Exported", "Redaction", "Verdict", "export_month", "verify"]
