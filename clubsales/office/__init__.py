"""The manager's desk: the day, replay, the demo club."""
