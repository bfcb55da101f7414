"""Imports every table, so that the metadata is whole for the app and for migrations."""

from clubsales import audit, clubs, idempotency, outbox, policies
from clubsales.auth import models as auth
from clubsales.consultants.credits import models as credits_
from clubsales.consultants.profiles import models as profiles
from clubsales.consultants.shifts import models as shifts
from clubsales.db import Base
from clubsales.frontdesk.checkin import models as checkin
from clubsales.frontdesk.reception import models as reception
from clubsales.frontdesk.rotation import models as rotation
from clubsales.leads.intake import models as intake
from clubsales.leads.people import models as people
from clubsales.leads.touches import models as touches
from clubsales.membership.cards import models as cards
from clubsales.membership.catalogue import models as catalogue
from clubsales.membership.members import models as members
from clubsales.membership.payments import models as payments
from clubsales.membership.sales import models as sales

TABLES = (
    *(clubs, policies, audit, outbox, idempotency, auth),
    *(profiles, shifts, credits_),
    *(people, intake, touches),
    *(catalogue, members, sales, payments, cards),
    *(rotation, reception, checkin),
)
metadata = Base.metadata
