"""Touches and sale facts in, shares with their rule and reason out."""
