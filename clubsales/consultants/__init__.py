"""Who sells, when they work, what they earn."""
