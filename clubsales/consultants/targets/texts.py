"""The words of targets: what was refused, and why something was decided."""

from clubsales.i18n import Texts

REFUSALS: Texts = {}
REASONS: Texts = {}
