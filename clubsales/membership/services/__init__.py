"""What is asked for a card: freeze, transfer, upgrade, renewal, a new code."""
