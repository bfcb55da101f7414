"""The month's statement of each consultant: reckoned, frozen, acknowledged, paid."""
