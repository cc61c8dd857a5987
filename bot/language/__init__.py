"""The languages people write in: which it is, the bot's own sentences, words known by heart."""
