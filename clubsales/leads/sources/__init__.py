"""The club's own list of where leads come from."""
