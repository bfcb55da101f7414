"""Leads: a person as a club's prospect."""
