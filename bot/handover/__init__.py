"""A person takes a conversation over: its states, and words carried both ways."""
