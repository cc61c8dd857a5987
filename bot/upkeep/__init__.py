"""Keeping it well: health, evaluation."""
