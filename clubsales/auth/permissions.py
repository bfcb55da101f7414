"""Who may open which door: one table of roles, one of devices."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from clubsales.actor import Actor, ActorKind, Role
from clubsales.auth.rules import DevicePurpose


class Permission(StrEnum):
    """What stands on a door."""

    FLOOR_WORK = "floor:work"
    BOARD_SEE = "board:see"
    GUEST_RECEIVE = "guest:receive"
    GUEST_SEE_OUT = "guest:see_out"
    OFF_DUTY_AUTHORISE = "guest:authorise_off_duty"
    LEAD_SEE = "lead:see"
    LEAD_CAPTURE = "lead:capture"
    SALE_OPEN = "sale:open"
    SALE_SEE = "sale:see"
    PAYMENT_BOOK = "payment:book"  # cash and terminal (AMB-64)
    PAYMENT_LINK = "payment:link"  # a link or QR the guest pays by
    REFUND_MAKE = "refund:make"
    CARD_SEE = "card:see"
    CARD_CODE = "card:code"  # issue and revoke a printed code
    CHECK_IN = "check_in:scan"
    DAY_SEE = "day:see"
    SHIFT_OVERRIDE = "shift:override"
    DEVICE_ENROL = "device:enrol"
    STAFF_MANAGE = "staff:manage"
    CREDIT_SEE_OWN = "credit:see_own"
    CREDIT_SEE_ALL = "credit:see_all"
    CLUB_SETTINGS = "club:settings"
    GUEST_ASSIGN = "guest:assign"  # by hand, with a reason
    GUEST_CONTEST = "guest:contest"
    FAIRNESS_SEE = "fairness:see"
    FAIRNESS_EXPORT = "fairness:export"
    ROSTER_SEE = "roster:see"
    ROSTER_MAKE = "roster:make"  # plan, decide swaps
    LEAVE_DECIDE = "leave:decide"  # which leave is a matter of the rules
    CHECKLIST_EDIT = "checklist:edit"
    NOTICE_WRITE = "notice:write"
    TARGET_SET = "target:set"
    APPOINTMENT_MAKE = "appointment:make"
    PASS_ISSUE = "pass:issue"  # noqa: S105  a guest pass, not a secret
    COUPON_ISSUE = "coupon:issue"
    FOLLOW_UP = "lead:follow_up"
    LEAD_CLAIM = "lead:claim"
    TAKINGS_COUNT = "takings:count"
    LEAD_PROBE = "lead:probe"  # "may I take this person?"
    PHONE_REVEAL = "phone:reveal"
    LEAD_EXPORT = "lead:export"  # the manager's alone (CFD-07)
    LEAD_HAND_OVER = "lead:hand_over"
    PERSON_MERGE = "person:merge"
    PERSON_ANONYMISE = "person:anonymise"
    DISCLOSURE_SEE = "disclosure:see"  # who looked at whom
    SCRIPT_EDIT = "script:edit"
    DISPUTE_OPEN = "dispute:open"
    DISPUTE_SEE = "dispute:see"  # one's own; all of them with CREDIT_SEE_ALL
    DISPUTE_RULE = "dispute:rule"  # settle, rule, decide an appeal: which of them is a matter of the rules
    BACK_TEST = "policy:back_test"
    PLAN_EDIT = "plan:edit"  # commission plans: write, back-test, publish
    PAY_SEE_OWN = "pay:see_own"
    PAY_SEE_ALL = "pay:see_all"
    PAY_FIGURES = "pay:figures"  # enter expenses and benefits of a month
    MONTH_APPROVE = "month:approve"  # whose word is asked for is a matter of the policy
    MONTH_CLOSE = "month:close"
    RANKING_SEE = "ranking:see"
    ASSESS = "assessment:mark"
    ASSESSMENT_APPROVE = "assessment:approve"
    SHEET_EDIT = "assessment:edit_sheet"
    REVIEW_PROPOSE = "review:propose"
    REVIEW_DECIDE = "review:decide"
    FUNNEL_SEE = "funnel:see"  # one's own; everybody's with DAY_SEE
    DISCOUNT_DECIDE = "discount:decide"  # how low is a matter of the policy
    RESERVATION_MAKE = "reservation:make"
    FORM_APPROVE = "form:approve"  # reservations and contracts; whose turn it is, is a matter of the policy
    LEDGER_SEE = "ledger:see"  # deposits, receivables, contracts of the club; one's own with SALE_SEE
    CONTRACT_FILL = "contract:fill"
    CONTRACT_ARCHIVE = "contract:archive"
    CARD_SERVICE = "card:service"  # freeze, transfer, upgrade, renew at the desk
    CARD_GRANT = "card:grant"  # days and visits for nothing
    CARD_USE = "card:use"  # take a session or stored value by hand
    REFUND_ASK = "refund:ask"


P = Permission
SELLER = frozenset(
    {
        P.FLOOR_WORK,
        P.BOARD_SEE,
        P.GUEST_SEE_OUT,
        P.LEAD_SEE,
        P.LEAD_CAPTURE,
        P.SALE_OPEN,
        P.SALE_SEE,
        P.PAYMENT_LINK,
        P.CARD_SEE,
        P.CREDIT_SEE_OWN,
        P.GUEST_CONTEST,
        P.FAIRNESS_SEE,
        P.ROSTER_SEE,
        P.APPOINTMENT_MAKE,
        P.PASS_ISSUE,
        P.FOLLOW_UP,
        P.LEAD_CLAIM,
        P.LEAD_PROBE,
        P.PHONE_REVEAL,
        P.FUNNEL_SEE,
        P.DISPUTE_OPEN,
        P.DISPUTE_SEE,
        P.PAY_SEE_OWN,
        P.RANKING_SEE,
        P.RESERVATION_MAKE,
        P.CONTRACT_FILL,
        P.CARD_SERVICE,
        P.CARD_USE,
        P.REFUND_ASK,
    }
)
OVERSEER = frozenset(
    {
        P.BOARD_SEE,
        P.LEAD_SEE,
        P.SALE_SEE,
        P.CARD_SEE,
        P.DAY_SEE,
        P.CREDIT_SEE_ALL,
        P.FAIRNESS_SEE,
        P.FAIRNESS_EXPORT,
        P.ROSTER_SEE,
        P.PHONE_REVEAL,
        P.FUNNEL_SEE,
        P.DISPUTE_SEE,
        P.RANKING_SEE,
        P.PAY_SEE_OWN,
        P.LEDGER_SEE,
    }
)
HEAD = OVERSEER | {
    P.DISPUTE_RULE,
    P.BACK_TEST,
    P.OFF_DUTY_AUTHORISE,
    P.STAFF_MANAGE,
    P.CLUB_SETTINGS,
    P.DEVICE_ENROL,
    P.CHECKLIST_EDIT,
    P.NOTICE_WRITE,
    P.TARGET_SET,
    P.LEAD_HAND_OVER,
    P.PERSON_ANONYMISE,
    P.DISCLOSURE_SEE,
    P.SCRIPT_EDIT,
    P.PLAN_EDIT,
    P.PAY_SEE_ALL,
    P.MONTH_APPROVE,
    P.ASSESS,
    P.SHEET_EDIT,
    P.REVIEW_PROPOSE,
    P.REVIEW_DECIDE,
    P.DISCOUNT_DECIDE,
    P.FORM_APPROVE,
    P.CARD_GRANT,
}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.CONSULTANT: SELLER,
    Role.TRAINEE: SELLER,
    Role.SUPERVISOR: SELLER
    | {
        P.GUEST_RECEIVE,
        P.DAY_SEE,
        P.CREDIT_SEE_ALL,
        P.GUEST_ASSIGN,
        P.FAIRNESS_EXPORT,
        P.ROSTER_MAKE,
        P.NOTICE_WRITE,
        P.COUPON_ISSUE,
        P.PERSON_MERGE,
        P.SCRIPT_EDIT,
        P.DISPUTE_RULE,
        P.ASSESS,
        P.REVIEW_PROPOSE,
        P.MONTH_APPROVE,
        P.DISCOUNT_DECIDE,
        P.FORM_APPROVE,
        P.LEDGER_SEE,
    },
    # Leave is for the director and above (ATT-04), an assessment takes effect by the general manager (ASM-10).
    Role.CLUB_MANAGER: frozenset(Permission) - {P.LEAVE_DECIDE, P.ASSESSMENT_APPROVE},
    Role.SALES_DIRECTOR: OVERSEER
    | {
        P.OFF_DUTY_AUTHORISE,
        P.REFUND_MAKE,
        P.LEAVE_DECIDE,
        P.NOTICE_WRITE,
        P.LEAD_HAND_OVER,
        P.DISCLOSURE_SEE,
        P.DISPUTE_RULE,
        P.BACK_TEST,
        P.PAY_SEE_ALL,
        P.MONTH_APPROVE,
        P.REVIEW_PROPOSE,
        P.REVIEW_DECIDE,
        P.DISCOUNT_DECIDE,
        P.FORM_APPROVE,
    },
    Role.GENERAL_MANAGER: HEAD | {P.REFUND_MAKE, P.LEAVE_DECIDE, P.ASSESSMENT_APPROVE},
    Role.DEPUTY_GM: HEAD | {P.LEAVE_DECIDE, P.ASSESSMENT_APPROVE},
    Role.FINANCE_CLERK: frozenset(
        {
            P.SALE_SEE,
            P.PAYMENT_BOOK,
            P.PAYMENT_LINK,
            P.REFUND_MAKE,
            P.CARD_SEE,
            P.DAY_SEE,
            P.CREDIT_SEE_ALL,
            P.TAKINGS_COUNT,
            P.PAY_SEE_ALL,
            P.PAY_SEE_OWN,
            P.PAY_FIGURES,
            P.MONTH_APPROVE,
            P.RANKING_SEE,
            P.FORM_APPROVE,
            P.LEDGER_SEE,
            P.CONTRACT_ARCHIVE,
            P.REFUND_ASK,
        }
    ),
    Role.SALES_ADMIN: OVERSEER | {P.LEAD_CAPTURE, P.LEAD_PROBE, P.CONTRACT_ARCHIVE},
    Role.RECEPTIONIST: frozenset(
        {
            P.BOARD_SEE,
            P.GUEST_RECEIVE,
            P.GUEST_SEE_OUT,
            P.LEAD_SEE,
            P.LEAD_CAPTURE,
            P.SALE_SEE,
            P.PAYMENT_BOOK,
            P.PAYMENT_LINK,
            P.CARD_SEE,
            P.CARD_CODE,
            P.CHECK_IN,
            P.GUEST_CONTEST,
            P.APPOINTMENT_MAKE,
            P.COUPON_ISSUE,
            P.TAKINGS_COUNT,
            P.LEAD_PROBE,
            P.PHONE_REVEAL,
            P.PAY_SEE_OWN,
            P.RANKING_SEE,
            P.CARD_SERVICE,
            P.CARD_USE,
            P.REFUND_ASK,
        }
    ),
    Role.OWNER: HEAD | {P.ASSESSMENT_APPROVE},
    Role.MEMBER: frozenset(),
}

# Devices that act by themselves, with nobody signed in, and what they may do. A tablet does nothing by itself.
DEVICE_PERMISSIONS: Mapping[str, frozenset[Permission]] = {
    DevicePurpose.SCANNER: frozenset({P.CHECK_IN}),
    DevicePurpose.TURNSTILE: frozenset({P.CHECK_IN}),
    DevicePurpose.SCREEN: frozenset({P.BOARD_SEE, P.RANKING_SEE}),
}
ACTING_DEVICES = frozenset(DEVICE_PERMISSIONS)


@lru_cache(maxsize=256)
def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Everything these roles together may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the actor may open doors with this permission in his club."""
    if actor.kind is ActorKind.DEVICE:
        return permission in DEVICE_PERMISSIONS.get(actor.device_purpose, frozenset())
    return actor.kind is ActorKind.STAFF and permission in permissions_of(actor.roles)
