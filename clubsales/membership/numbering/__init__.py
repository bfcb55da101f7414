"""Numbers without gaps: contracts, reservations, receipts."""
