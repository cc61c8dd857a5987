"""Every message comes in here: stored, de-duplicated, and its turn run in order."""
