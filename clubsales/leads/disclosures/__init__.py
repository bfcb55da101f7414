"""Who may see what of a person, and who looked."""
