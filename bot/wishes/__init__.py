"""What people wish for in plain words, which code does without a model."""
