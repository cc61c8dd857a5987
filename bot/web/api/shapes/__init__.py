"""The shapes that pass between the command and the API, as JSON."""
