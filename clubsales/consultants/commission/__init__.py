"""What sales credit pays: dated plans, and the reckoning of a month under them."""
