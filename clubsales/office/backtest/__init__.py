"""What other rules would have made of past sales."""
