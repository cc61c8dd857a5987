"""The page's test chat and the terminal: rooms inside this very process."""
