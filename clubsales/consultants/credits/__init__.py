"""The sales-credit ledger: signed postings, never changed."""
