"""Receivables: what is still to come in, when, and who was reminded."""
