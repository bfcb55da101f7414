"""Trial passes, gift coupons and business cards: issued, shown, counted once."""
