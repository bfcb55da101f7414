"""Silent discounts: asked on the tablet, answered on a phone, never seen by the guest."""
