"""Chains of approval: who says yes after whom."""
