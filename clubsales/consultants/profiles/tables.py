"""The table that other packages' queries join by; only this one writes it."""

from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.db import table_of

CONSULTANT = table_of(ConsultantRow)
