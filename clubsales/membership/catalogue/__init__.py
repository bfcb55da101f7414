"""Card types and the price list."""
