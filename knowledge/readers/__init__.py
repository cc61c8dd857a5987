"""One module a kind of file; each gives documents."""
