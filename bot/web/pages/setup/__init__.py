"""The set-up assistant: from the one-time link to the first answer, a page a step."""
