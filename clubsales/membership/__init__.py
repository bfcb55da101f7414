"""What is sold, to whom, how it is paid, what opens the door."""
