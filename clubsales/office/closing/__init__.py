"""Closing a month: checks, preview, approvals in order, the freeze."""
