"""What sources are called: by the club, else as everywhere."""

from collections.abc import Iterable

from clubsales.leads import texts
from clubsales.leads.sources.queries import KindView, OwnSource
from clubsales.leads.sources.rules import Source


def kind_names(kinds: Iterable[KindView]) -> dict[Source, str]:
    """Each kind as the club calls it, in the reader's language where the club has no name of its own."""
    return {each.kind: each.name or str(texts.SOURCES[each.kind]) for each in kinds}


def own_name(source: OwnSource) -> str:
    """A source with the one it stands below: "Mall · east gate"."""
    return f"{source.under.name} · {source.name}" if source.under is not None else source.name
