"""Money in, money back, and the gateways it takes."""
