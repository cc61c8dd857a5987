"""Promises: words to an instant, kept rows, the clock that wakes us."""
