"""Who had how many turns, and why."""
