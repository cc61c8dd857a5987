"""Slack, over Socket Mode: an app of the business's own."""
