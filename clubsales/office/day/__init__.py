"""The manager's day."""
