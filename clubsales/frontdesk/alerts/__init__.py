"""Telling a consultant that a guest is given to him."""
