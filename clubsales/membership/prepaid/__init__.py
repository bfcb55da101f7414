"""The legal guard: what one buyer may have paid ahead."""
