"""The sentences of disputes: what was refused and the way out, why credit was held, and how a case ended."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "dispute.not_paid": _l(
        "Nothing has been paid for this sale yet, so nobody has credit for it. Open the dispute after the first payment."
    ),
    "dispute.window": _l(
        "The window for this sale closed on %(day)s: its credit stays as it is. If something was left out, tell the club manager."
    ),
    "dispute.no_touch": _l(
        "Nothing shows that you had to do with this guest before the first payment. What counts: a lead captured or claimed, a contact, an appointment, a pass, a visit you received, or the guest naming you."
    ),
    "dispute.open": _l(
        "%(opener)s has opened a dispute over this sale already. Say your part on its page: if you have a share, you are a party."
    ),
    "dispute.decided": _l(
        "A dispute over this sale was decided, and you were part of it. Against a ruling you can appeal on its page, within three days."
    ),
    "dispute.not_open": _l("This dispute is closed. Its page says how it ended."),
    "dispute.under_appeal": _l(
        "This dispute is under appeal. Whoever decides the appeal has the last word; read the page again later."
    ),
    "dispute.is_settled": _l(
        "A settlement is waiting for objections. When a party objects, it is ruled; if nobody does, it stands."
    ),
    "dispute.party": _l(
        "You are a party of this dispute, or would be by this split: somebody else has to decide it."
    ),
    "dispute.role": _l(
        "Your role does not decide this. A supervisor may settle a dispute, whoever has the last word in this club rules, and an appeal goes to whoever stands above."
    ),
    "dispute.objected": _l(
        "A party has objected to a settlement of this dispute: now it takes a ruling. Tell whoever rules in this club what you know."
    ),
    "dispute.reason": _l(
        "Say why: whoever loses has to be able to believe it. Only confirming what the rules say needs no reason."
    ),
    "dispute.shares": _l(
        "The shares must add up to 100 %%, none below zero, and only people who sell may have one. Change them and try again."
    ),
    "dispute.not_settled": _l(
        "There is no settlement to object to any more. The page says how the dispute stands."
    ),
    "dispute.objection_late": _l("The time to object is over: the settlement stands."),
    "dispute.not_party": _l(
        "Only the parties can do this: whoever opened the dispute, and whoever has or had a share. Tell one of them what you know."
    ),
    "dispute.not_opener": _l("Only whoever opened the dispute can withdraw it."),
    "dispute.not_ruled": _l("Nobody has ruled yet, so there is nothing to appeal against."),
    "dispute.final": _l("This is final: a settlement that stood, or the decision of an appeal."),
    "dispute.appeal_late": _l("An appeal was possible until %(day)s. The ruling is final."),
    "dispute.not_appealed": _l(
        "There is no appeal to decide here any more. The page says how the dispute ended."
    ),
    "dispute.own_ruling": _l("You ruled in this dispute: somebody else has to decide the appeal."),
    "dispute.own_settlement": _l(
        "You settled this dispute and a party objected: somebody else has to rule. Its page says whose word is next."
    ),
    "dispute.no_words": _l("Write something, or attach a picture or a paper."),
    "dispute.words_long": _l("This text is too long. Use at most %(most)s characters."),
    "dispute.conduct": _l("A note on conduct is about a party of the dispute and says what happened."),
}
REASONS: Texts = {
    "dispute.opened": _l("%(by)s opened a dispute: the credit is held until it is decided."),
    "dispute.appealed": _l(
        "%(by)s appealed against the ruling: the credit is held until the appeal is decided."
    ),
    "dispute.withdrawn": _l("%(by)s withdrew the dispute: the credit stands as before."),
    "dispute.settled": _l("%(by)s settled the dispute: %(split)s."),
    "dispute.settled_confirmed": _l("%(by)s settled the dispute: what the rules proposed stands."),
    "dispute.ruled": _l("%(by)s ruled: %(split)s."),
    "dispute.confirmed": _l("%(by)s ruled that what the rules proposed stands."),
    "dispute.appeal_ruled": _l("%(by)s decided the appeal: %(split)s."),
    "dispute.appeal_upheld": _l("%(by)s decided the appeal: the ruling stands, %(split)s."),
    "dispute.appeal_confirmed": _l("%(by)s decided the appeal: what the rules proposed at first stands."),
}
# A step, as news to whoever is concerned.
NEWS: Texts = {
    "opened": _l("Opened by %(by)s: a supervisor can settle it"),
    "statement": _l("%(by)s has made a statement"),
    "settled": _l("%(by)s proposes a settlement: object in time, or it stands"),
    "settled_already": _l("%(by)s settled it"),
    "objected": _l("%(by)s objected to the settlement: it takes a ruling"),
    "stood": _l("Nobody objected: the settlement stands"),
    "ruled": _l("%(by)s has ruled"),
    "appealed": _l("%(by)s appealed against the ruling"),
    "appeal_ruled": _l("%(by)s decided the appeal"),
    "withdrawn": _l("%(by)s withdrew the dispute"),
}
