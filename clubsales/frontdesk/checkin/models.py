"""The check-in table: every scan and its answer."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model


class CheckInRow(Model, kw_only=True):
    """One scan, admitted or refused. Append-only, by trigger.

    `code_key` names the code used ("m:<step>" of a moving one, "p:<serial>" of a printed one); `repeated` is the same
    code again at the same door inside the window, which is answered yes again; `visit` is what counts: one scan of
    those inside the window.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        # A moving code opens once: two doors at the same moment meet here.
        sa.Index(
            "uq_check_in_code",
            "card_id",
            "code_key",
            unique=True,
            postgresql_where=sa.text("admitted AND NOT repeated AND code_key LIKE 'm:%'"),
            sqlite_where=sa.text("admitted AND NOT repeated AND code_key LIKE 'm:%'"),
        ),
        sa.UniqueConstraint("club_id", "nonce"),
        sa.Index("ix_check_in_card_at", "card_id", "at"),
        sa.Index("ix_check_in_club_at", "club_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    card_id: Mapped[int | None] = mapped_column(sa.ForeignKey("card.id"))
    door: Mapped[str] = mapped_column(
        sa.String(30)
    )  # "device:<id>", or "account:<id>" where none is enrolled
    account_id: Mapped[int | None]
    at: Mapped[Instant]
    admitted: Mapped[bool]
    visit: Mapped[bool]
    repeated: Mapped[bool]
    code: Mapped[str] = mapped_column(sa.String(40))  # check_in.admitted, or the refusal's code
    code_key: Mapped[str | None] = mapped_column(sa.String(40))
    nonce: Mapped[str] = mapped_column(sa.String(64))
