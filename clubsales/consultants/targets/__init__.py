"""The month's task of each consultant."""
