"""Copies of everything that matters: made, proved, kept, and put back."""
