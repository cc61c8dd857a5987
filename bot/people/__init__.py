"""Who people are to the business, and how the bot behaves in a room."""
