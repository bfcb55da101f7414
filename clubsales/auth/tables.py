"""The tables that other packages' queries join by; only this one writes them."""

from clubsales.auth.models import Account, RoleGrant
from clubsales.db import table_of

ACCOUNT = table_of(Account)
GRANT = table_of(RoleGrant)
