"""The Slack and Discord page: its form, its guides and what it shows."""
