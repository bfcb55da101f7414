"""What is ticked on going on post and leaving it, in versions."""
