"""What a card entitles to, and the codes that prove it."""
