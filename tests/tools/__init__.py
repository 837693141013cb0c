"""Programs that make what tests read, and that look further than the tests: run with `python -m tests.tools.NAME`."""
