"""What a manager types to tell everybody something."""

from wtforms import StringField, TextAreaField

from clubsales.auth.forms import OurForm, at_most, plain_line, required
from clubsales.consultants.fields import DayField
from clubsales.consultants.notices.rules import LONGEST_BODY, LONGEST_TITLE
from clubsales.i18n import lazy_gettext as _l
from clubsales.typed import free_text


class NoticeForm(OurForm):
    """A notice, and on which days it is shown."""

    title = StringField(_l("Title"), [required(), at_most(LONGEST_TITLE), plain_line])
    body = TextAreaField(_l("Text"), [at_most(LONGEST_BODY)])
    first_day = DayField(_l("From"), [required()])
    last_day = DayField(_l("Until, included"), [required()])

    @property
    def text(self) -> str:
        """The text without control characters; line ends stay."""
        return free_text(self.body.data)
