"""Imports every table, so that the metadata is whole for the app and for migrations."""

from clubsales import audit, clubs, idempotency, outbox, policies
from clubsales.auth import models as auth
from clubsales.consultants.assessment import models as assessment
from clubsales.consultants.awards import models as awards
from clubsales.consultants.checklists import models as checklists
from clubsales.consultants.commission import models as commission
from clubsales.consultants.credits import models as credits_
from clubsales.consultants.leave import models as leave
from clubsales.consultants.notices import models as notices
from clubsales.consultants.profiles import models as profiles
from clubsales.consultants.reviews import models as reviews
from clubsales.consultants.roster import models as roster
from clubsales.consultants.shifts import models as shifts
from clubsales.consultants.statements import models as statements
from clubsales.consultants.targets import models as targets
from clubsales.db import Base
from clubsales.frontdesk.alerts import models as alerts
from clubsales.frontdesk.checkin import models as checkin
from clubsales.frontdesk.posts import models as posts
from clubsales.frontdesk.reception import models as reception
from clubsales.frontdesk.rotation import models as rotation
from clubsales.frontdesk.takings import models as takings
from clubsales.leads.appointments import models as appointments
from clubsales.leads.claims import models as claims
from clubsales.leads.disclosures import models as disclosures
from clubsales.leads.disputes import models as disputes
from clubsales.leads.followups import models as followups
from clubsales.leads.handovers import models as handovers
from clubsales.leads.intake import models as intake
from clubsales.leads.lists import models as lists
from clubsales.leads.matches import models as matches
from clubsales.leads.passes import models as passes
from clubsales.leads.people import models as people
from clubsales.leads.scripts import models as scripts
from clubsales.leads.sources import models as sources
from clubsales.leads.touches import models as touches
from clubsales.membership.approvals import models as approvals
from clubsales.membership.cards import models as cards
from clubsales.membership.catalogue import models as catalogue
from clubsales.membership.contracts import models as contracts
from clubsales.membership.discounts import models as discounts
from clubsales.membership.documents import models as documents
from clubsales.membership.members import models as members
from clubsales.membership.numbering import models as numbering
from clubsales.membership.payments import models as payments
from clubsales.membership.receivables import models as receivables
from clubsales.membership.reservations import models as reservations
from clubsales.membership.returns import models as returns
from clubsales.membership.sales import models as sales
from clubsales.office.backtest import models as backtest

TABLES = (
    *(clubs, policies, audit, outbox, idempotency, auth),
    *(profiles, shifts, credits_, roster, leave, checklists, notices, targets),
    *(commission, awards, assessment, reviews, statements),
    *(people, sources, scripts, intake, touches, appointments, passes, claims, followups),
    *(disclosures, matches, handovers, lists, disputes),
    *(catalogue, members, sales, payments, cards, numbering, approvals, discounts),
    *(reservations, receivables, returns, contracts, documents),
    *(rotation, reception, checkin, posts, takings, alerts),
    *(backtest,),
)
metadata = Base.metadata
