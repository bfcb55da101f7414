"""What is typed to write a script."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from clubsales.auth.forms import OurForm, at_most, plain_line, required
from clubsales.i18n import lazy_gettext as _l
from clubsales.leads.scripts import texts
from clubsales.leads.scripts.rules import LONGEST_BODY, LONGEST_TITLE, Situation
from clubsales.typed import free_text


def situations() -> list[SelectChoice]:
    """When a script is for, in the reader's language."""
    return [SelectChoice(each.value, str(texts.SITUATIONS[each.value])) for each in Situation]


class ScriptForm(OurForm):
    """A script and when it is for."""

    situation = RadioField(_l("For which situation"), choices=situations, default=Situation.FIRST_CALL.value)
    title = StringField(_l("Title"), [required(), at_most(LONGEST_TITLE), plain_line])
    body = TextAreaField(_l("Words"), [required(), at_most(LONGEST_BODY)])

    @property
    def words(self) -> str:
        """The words without control characters; line ends stay."""
        return free_text(self.body.data)
