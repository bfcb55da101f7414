"""Guests are reminded of their appointments: whom, by which words, and that it was done."""
