"""Every sentence a person reads, in Japanese and English, by key. Imports nothing of riskbook."""

from riskbook.text.catalogue import LANGUAGES as LANGUAGES
from riskbook.text.catalogue import MORE as MORE
from riskbook.text.catalogue import SEVERITIES as SEVERITIES
from riskbook.text.catalogue import both as both
from riskbook.text.catalogue import error_message as error_message
from riskbook.text.catalogue import example_rows as example_rows
from riskbook.text.catalogue import finding_severity as finding_severity
from riskbook.text.catalogue import finding_texts as finding_texts
from riskbook.text.catalogue import has as has
from riskbook.text.catalogue import joined as joined
from riskbook.text.catalogue import label as label
