"""Whose lead it is, and until when."""
