"""Money back: the calculation, the approvals, the payout."""
