"""Typed identifiers. A key never decides an order; what leaves the house carries a public id instead."""

import secrets
from typing import NewType

OrganisationID = NewType("OrganisationID", int)
ClubID = NewType("ClubID", int)
AccountID = NewType("AccountID", int)
DeviceID = NewType("DeviceID", int)
AuthSessionID = NewType("AuthSessionID", int)
PolicyVersionID = NewType("PolicyVersionID", int)
TeamID = NewType("TeamID", int)
ConsultantID = NewType("ConsultantID", int)
ShiftID = NewType("ShiftID", int)
PersonID = NewType("PersonID", int)
LeadID = NewType("LeadID", int)
TouchID = NewType("TouchID", int)
CardTypeID = NewType("CardTypeID", int)
MemberID = NewType("MemberID", int)
SaleID = NewType("SaleID", int)
PaymentID = NewType("PaymentID", int)
RefundID = NewType("RefundID", int)
CardID = NewType("CardID", int)
ReceptionID = NewType("ReceptionID", int)
AssignmentID = NewType("AssignmentID", int)
CheckInID = NewType("CheckInID", int)
RosterEntryID = NewType("RosterEntryID", int)
SwapID = NewType("SwapID", int)
LeaveID = NewType("LeaveID", int)
NoticeID = NewType("NoticeID", int)
AppointmentID = NewType("AppointmentID", int)
PassID = NewType("PassID", int)
ClaimID = NewType("ClaimID", int)
ContactID = NewType("ContactID", int)
FollowUpID = NewType("FollowUpID", int)
TillCountID = NewType("TillCountID", int)
HouseholdID = NewType("HouseholdID", int)
LeadSourceID = NewType("LeadSourceID", int)
ScriptID = NewType("ScriptID", int)
MatchID = NewType("MatchID", int)
MergeID = NewType("MergeID", int)
HandOverID = NewType("HandOverID", int)
SavedFilterID = NewType("SavedFilterID", int)
PromotionID = NewType("PromotionID", int)
FreezeID = NewType("FreezeID", int)
ServiceID = NewType("ServiceID", int)
DiscountRequestID = NewType("DiscountRequestID", int)
ReservationID = NewType("ReservationID", int)
ContractID = NewType("ContractID", int)
RefundRequestID = NewType("RefundRequestID", int)
DocumentID = NewType("DocumentID", int)

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing a person can misread
PUBLIC_ID_LENGTH = 12


def new_public_id() -> str:
    """A random name for a row in addresses and codes (59 bits)."""
    number = secrets.randbelow(len(ALPHABET) ** PUBLIC_ID_LENGTH)
    letters = []
    for _ in range(PUBLIC_ID_LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def new_token() -> str:
    """An unguessable secret for a link or a session (256 bits, URL-safe)."""
    return secrets.token_urlsafe(32)
