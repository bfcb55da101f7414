"""The deal: opened, paid, refunded."""
