"""The words of approvals, and what roles are called."""

from clubsales.actor import Role
from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "approval.not_your_turn": _l("It is the turn of %(names)s first. You are asked as soon as that is done."),
    "approval.not_asked": _l("Your approval is not asked for here. It is the turn of %(names)s."),
    "approval.own": _l(
        "Nobody approves a form or a deal of their own. Somebody else with the authority has to."
    ),
    "approval.answered_already": _l(
        "You have answered this form already. Nobody answers twice: the next step is somebody else's."
    ),
    "approval.over": _l("This form is decided. Reload the page to see what became of it."),
    "approval.reason": _l("Say why you refuse, in at most %(longest)s characters."),
}
REASONS: Texts = {}
ROLE_NAMES: Texts = {
    Role.CONSULTANT: _l("Consultant"),
    Role.TRAINEE: _l("Trainee"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.CLUB_MANAGER: _l("Club manager"),
    Role.SALES_DIRECTOR: _l("Sales director"),
    Role.GENERAL_MANAGER: _l("General manager"),
    Role.DEPUTY_GM: _l("Deputy general manager"),
    Role.FINANCE_CLERK: _l("Finance clerk"),
    Role.SALES_ADMIN: _l("Sales administrator"),
    Role.RECEPTIONIST: _l("Receptionist"),
    Role.OWNER: _l("Owner"),
    Role.MEMBER: _l("Member"),
}
