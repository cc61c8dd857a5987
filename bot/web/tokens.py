"""Tokens that open something: made here, kept as hashes."""

import hashlib
import secrets


def fresh_token() -> str:
    """Return a token that nobody guesses, of 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is stored of a token: it is random, so one plain hash will do.

    Looking the hash up instead of the token makes how long it takes say nothing about the token.
    """
    return hashlib.sha256(token.encode()).hexdigest()
