"""What people ask of the bot itself: by words, slash commands and buttons alike."""
