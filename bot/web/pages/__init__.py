"""The config page, one module a page."""
