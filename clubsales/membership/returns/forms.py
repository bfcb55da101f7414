"""What is typed when money is asked back, and when it is answered."""

from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from clubsales.i18n import lazy_gettext as _l
from clubsales.membership.approvals.rules import LONGEST_REASON
from clubsales.membership.fields import MoneyField, WholeNumberField
from clubsales.membership.sales.forms import KeyedForm
from clubsales.typed import free_text

TOO_LONG = _l("Use at most %(max)d characters.")


class AskForm(KeyedForm):
    """How much is asked back and why; no amount: what was reckoned."""

    amount = MoneyField(_l("Amount"))
    units = WholeNumberField(
        _l("Only so many of what is left"),
        validators=[Optional(), NumberRange(1, 1_000_000, _l("Enter a whole number above zero."))],
    )
    value = MoneyField(_l("Only so much of what is left"))
    keeps_card = BooleanField(_l("The card stays as it is"))
    reason = TextAreaField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why the money is asked back.")),
            Length(max=LONGEST_REASON, message=TOO_LONG),
        ],
        filters=[free_text],
    )


class AnswerForm(KeyedForm):
    """A yes or a no; a no says why."""

    reason = TextAreaField(
        _l("Reason"), validators=[Length(max=LONGEST_REASON, message=TOO_LONG)], filters=[free_text]
    )


class MemberForm(KeyedForm):
    """What a member types: why. The amount is reckoned."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Tell the club why.")),
            Length(max=LONGEST_REASON, message=TOO_LONG),
        ],
        filters=[free_text],
    )
