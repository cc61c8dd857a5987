"""Files that staff send in a chat become knowledge by their explicit wish alone."""
