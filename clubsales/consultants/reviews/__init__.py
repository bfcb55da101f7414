"""Cases a person decides: missed targets, pay rises, promotions, low scores, fines."""
