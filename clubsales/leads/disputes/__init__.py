"""Whose sale it was: the case, both sides, the settlement, the ruling and the appeal (DSP-08 to DSP-11)."""
