"""What could not be answered, and what became of it."""
