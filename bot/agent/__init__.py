"""One question: find, decide, ask the model, check, answer."""
