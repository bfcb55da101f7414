"""What was said to a lead, and what comes next."""
