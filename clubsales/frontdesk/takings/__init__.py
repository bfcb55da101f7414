"""Money counted against the ledger."""
