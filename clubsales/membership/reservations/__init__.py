"""Reservations and their deposits: a place kept for money down."""
