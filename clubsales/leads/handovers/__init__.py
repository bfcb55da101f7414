"""Leads of a consultant who leaves or is away go to colleagues, and come back."""
