"""Compiles the catalogue of texts and makes the pages of docs/ that follow from the program: `python -m tests.make_docs`."""

from __future__ import annotations

from riskbook.text.compile import compile_catalogue

if __name__ == "__main__":
    compile_catalogue()
    from tests.tools.make_pages import generated  # after the texts that it reads are compiled

    for path, text in generated():
        path.write_text(text, encoding="utf-8", newline="\n")
