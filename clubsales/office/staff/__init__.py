"""Clubs founded and staff hired: accounts, roles and floor profiles together."""
