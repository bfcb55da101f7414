"""The words of contracts: what was refused and the way out, and what states, fields and papers are called."""

from clubsales.i18n import Texts
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    "contract.missing": _l(
        "Buyer, phone, identity papers and payment cannot be left empty, nor struck with “/”. Fill them in."
    ),
    "contract.promise": _l(
        "Write each promise in at most %(longest)s characters, and at most %(most)s of them."
    ),
    "contract.not_open": _l(
        "This form is closed: it was signed, given up or written anew. Reload the page to see what became of it."
    ),
    "contract.nothing_changed": _l("Nothing was changed. Change a field, or go back."),
    "contract.not_submitted": _l(
        "This form is not waiting for an approval. Reload the page to see where it stands."
    ),
    "contract.not_approved": _l(
        "Nothing is signed before everybody has approved the form. The page shows whose turn it is."
    ),
    "contract.not_signed": _l("Only a signed contract goes to the archive. Have it signed first."),
    "contract.absent": _l(
        "The consultant of this deal has to be there while it is signed. Let him sign in, or enter his PIN here."
    ),
    "contract.changed": _l(
        "The contract has changed since it was read. Read it again with the customer, then sign."
    ),
    "contract.promises_not_shown": _l(
        "Show the customer what was promised, and tick that it was shown. Then sign."
    ),
    "contract.sale_over": _l("This sale is closed or refunded, so there is no contract about it any more."),
    "contract.exists": _l("This sale has a contract form already. Open it instead of writing another one."),
    "contract.fee": _l("A fee has no contract of its own: it belongs to the contract of its card."),
    "contract.reason": _l("Say why, in at most %(longest)s characters."),
    "contract.place": _l("Say where the copy lies, in at most %(longest)s characters."),
}
REASONS: Texts = {}

STATES: Texts = {
    "draft": _l("Being filled in"),
    "submitted": _l("Waiting for approval"),
    "approved": _l("Ready to sign"),
    "signed": _l("Signed"),
    "archived": _l("Archived"),
    "void": _l("Void"),
}
TONES = {
    "draft": "plain",
    "submitted": "soon",
    "approved": "info",
    "signed": "fine",
    "archived": "fine",
    "void": "plain",
}
FIELDS: Texts = {
    "buyer": _l("Buyer's name"),
    "phone": _l("Buyer's phone"),
    "papers": _l("Identity papers shown"),
    "payment": _l("How and until when it is paid"),
    "address": _l("Address"),
    "email": _l("E-mail"),
    "emergency": _l("Emergency contact"),
    "supplement": _l("Supplementary agreement"),
    "remarks": _l("Remarks"),
    "promises": _l("Promises"),
    "language": _l("Language of the contract"),
}
PAPERS: Texts = {
    "id_card": _l("Identity card"),
    "household_book": _l("Household register"),
    "residence_permit": _l("Residence permit"),
    "passport": _l("Passport"),
    "travel_permit": _l("Travel permit (Hong Kong, Macao, Taiwan)"),
}
PROMISES: Texts = {
    "gift": _l("Gift"),
    "fee": _l("Fee"),
    "freeze": _l("Freeze"),
    "other": _l("Something else"),
}
HOLDERS: Texts = {
    "customer": _l("Customer"),
    "company": _l("Company"),
    "consultant": _l("Consultant"),
    "finance": _l("Finance"),
}
SPANS: Texts = {
    "month": _l("Month"),
    "quarter": _l("Quarter"),
    "year": _l("Year"),
}
