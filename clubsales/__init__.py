"""clubsales: the sales floor of a club, where every decision comes with its rule and its reason."""

__version__ = "0.1.0"
