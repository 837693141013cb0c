"""The summary tab: one page for a manager."""
