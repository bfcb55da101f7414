"""What a manager types about sources."""

from wtforms import HiddenField, StringField

from clubsales.auth.forms import OurForm
from clubsales.i18n import lazy_gettext as _l


class NameForm(OurForm):
    """A name; what a name may be, the rules say."""

    name = StringField(_l("Name"))


class AddForm(OurForm):
    """A new source. `under` is the public id of the source it stands below, empty below the kind itself."""

    name = StringField(_l("New source"))
    under = HiddenField()


class UseForm(OurForm):
    """Whether it is used: "1" or "0"."""

    used = HiddenField()
