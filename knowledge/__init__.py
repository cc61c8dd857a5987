"""Documents in, passages out. Knows no chat and no bot."""
