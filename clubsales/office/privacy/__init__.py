"""Persons are made anonymous: when they ask, and when nothing has come of a lead for long."""
