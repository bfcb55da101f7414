"""The words of the roster: what was refused, and why something was decided."""

from clubsales.i18n import Texts

REFUSALS: Texts = {}
REASONS: Texts = {}
