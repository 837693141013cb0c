"""`python -m riskbook`."""

from riskbook.cli import main

if __name__ == "__main__":
    main()
