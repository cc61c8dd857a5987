"""Chat platforms. They know messages; they know nothing of models, storage or the page."""
