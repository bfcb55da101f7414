"""Words of the pages of a case, and the sentences of refused papers."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l
from clubsales.leads.followups import texts as followups_texts

CONTACTS = followups_texts.CONTACTS
TABS: Texts = {
    "decide": _l("Waiting for me"),
    "mine": _l("Mine"),
    "running": _l("Running"),
    "decided": _l("Cases over"),
}
STATES: Texts = {
    "open": _l("Undecided"),
    "settled": _l("Settled, waiting for objections"),
    "appealed": _l("Under appeal"),
    "decided": _l("Case closed"),
    "withdrawn": _l("Case withdrawn"),
}
TONES = {"open": "soon", "settled": "info", "appealed": "soon", "decided": "fine", "withdrawn": "plain"}
STEPS: Texts = {
    "opened": _l("%(by)s opened the case"),
    "statement": _l("Statement of %(by)s"),
    "settled": _l("%(by)s settled it"),
    "objected": _l("%(by)s objected to the settlement"),
    "stood": _l("Nobody objected in time: the settlement stands"),
    "ruled": _l("%(by)s ruled"),
    "appealed": _l("%(by)s appealed against the ruling"),
    "appeal_ruled": _l("%(by)s decided the appeal"),
    "withdrawn": _l("%(by)s withdrew the case"),
}
ROLES: Texts = {
    "supervisor": _l("Supervisor"),
    "club_manager": _l("Club manager"),
    "sales_director": _l("Sales director"),
    "general_manager": _l("General manager"),
    "deputy_gm": _l("Deputy general manager"),
}
ENDINGS: Texts = {
    "confirmed": _l("As the rules said"),
    "split": _l("Split otherwise"),
    "turned": _l("Turned"),
}
KINDS: Texts = {
    "inside": _l("Inside consultant"),
    "outside": _l("Outside consultant"),
    "house": _l("The house"),
}
MARKS: Texts = {
    "rests": _l("The rules rest on this"),
    "after_arrival": _l("Written after the guest had come: it counts for nothing before it was written"),
    "dated_back": _l("Dated back: it counts from when it was written, not from when it is said to have been"),
    "ineffective": _l("Nobody was reached: does not count"),
    "inside": _l("An inside consultant's record supports a claim, it does not decide"),
    "corrected": _l("Corrected: another record stands for it"),
}
MARK_TONES = {
    "rests": "info",
    "after_arrival": "now",
    "dated_back": "now",
    "ineffective": "plain",
    "inside": "plain",
    "corrected": "soon",
}
METHODS: Texts = {
    "cash": _l("Cash"),
    "card": _l("Bank card"),
    "wechat": _l("WeChat Pay"),
    "alipay": _l("Alipay"),
    "transfer": _l("Bank transfer"),
    "online": _l("Online"),
}
BASES: Texts = {
    "rotation": _l("by turn"),
    "designated": _l("because the guest came for this consultant"),
    "proxy": _l("in another consultant's place"),
    "off_duty": _l("off duty, authorised"),
    "waiting": _l("after waiting"),
    "manual": _l("given by hand"),
    "returned": _l("after a turn was given back"),
}
SKIPS: Texts = {
    "busy": _l("%(name)s had a guest"),
    "meal": _l("%(name)s was at a meal"),
    "meeting": _l("%(name)s was in a meeting"),
    "away": _l("%(name)s was away"),
    "forfeit": _l("%(name)s had lost the turn"),
    "overdue": _l("%(name)s had overdue follow-ups"),
    "no_answer": _l("%(name)s let the offer lapse"),
}
PASSES: Texts = {
    "trial_pass": _l("Trial pass of %(name)s handed out"),
    "gift_coupon": _l("Gift coupon handed out"),
    "trial_pass-counts": _l("Showed a trial pass of %(name)s: it counts"),
    "trial_pass-shown_before": _l("Showed a trial pass of %(name)s that was shown before: it does not count"),
    "trial_pass-expired": _l("Showed a trial pass of %(name)s that had run out: it does not count"),
    "trial_pass-revoked": _l("Showed a trial pass of %(name)s that was withdrawn: it does not count"),
    "trial_pass-member": _l("A member showed a trial pass of %(name)s: it does not count"),
    "business_card-counts": _l("Showed the business card of %(name)s: it counts"),
    "business_card-shown_before": _l("Showed the business card of %(name)s again"),
    "business_card-expired": _l("Showed an old business card of %(name)s: it does not count"),
    "business_card-revoked": _l("Showed a business card of %(name)s that was withdrawn: it does not count"),
    "business_card-member": _l("A member showed the business card of %(name)s: it does not count"),
    "gift_coupon-counts": _l("Showed a gift coupon: counts as a new guest"),
    "gift_coupon-shown_before": _l("Showed a gift coupon that was shown before: it does not count"),
    "gift_coupon-expired": _l("Showed a gift coupon that had run out: it does not count"),
    "gift_coupon-revoked": _l("Showed a gift coupon that was withdrawn: it does not count"),
    "gift_coupon-member": _l("A member showed a gift coupon: it does not count"),
}

REFUSALS: Texts = {
    "dispute.paper_kind": _l(
        "“%(name)s” is neither a picture (JPEG, PNG, WebP) nor a PDF. Take a photo or a screenshot of it."
    ),
    "dispute.paper_large": _l("“%(name)s” is larger than %(most)s MB. Send a smaller picture of it."),
    "dispute.paper_empty": _l("“%(name)s” is empty. Choose the file again."),
    "dispute.paper_many": _l(
        "A case holds %(most)s papers; there is room for %(left)s more. Put several pages into one PDF."
    ),
}
REASONS: Texts = {}
