"""Persons and their phones, once per organisation."""
