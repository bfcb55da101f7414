"""The living demo club."""
