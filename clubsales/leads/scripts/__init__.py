"""What to say: scripts shown beside the call form."""
