"""Papers: receipts, contracts, statements of a card, deposit receipts."""
