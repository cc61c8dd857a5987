"""The config page, and the door the commands come in by while the server runs."""
