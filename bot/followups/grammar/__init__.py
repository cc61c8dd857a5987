"""A small grammar of words of time, one table of words a language."""
