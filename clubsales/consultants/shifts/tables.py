"""The tables that other packages' queries join by; only this one writes them."""

from clubsales.consultants.shifts.models import PresenceRow, ShiftRow
from clubsales.db import table_of

SHIFT = table_of(ShiftRow)
PRESENCE = table_of(PresenceRow)
