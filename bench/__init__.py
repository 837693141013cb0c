"""What is measured, against whom: `python -m bench` (or `make bench`)."""
