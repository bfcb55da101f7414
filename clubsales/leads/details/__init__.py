"""A guest's file: how he is reached, and whom he lives with."""
