"""The peer itself: its memory, its clock, its courier, and the hands that a test lays on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clubsales.stripe_peer import checkout, refunds
from clubsales.stripe_peer.courier import Courier, Deliver
from clubsales.stripe_peer.store import ApiObject, Due, Store
from clubsales.stripe_peer.work import PeerSettings, Work


class Peer:
    """A Stripe account of our own; `now` gives epoch seconds."""

    def __init__(
        self,
        settings: PeerSettings,
        *,
        now: Callable[[], int],
        webhook_url: str | None,
        state_path: Path | None,
        deliver: Deliver,
    ) -> None:
        """Open the memory; nothing runs until the first request or `courier.start`."""
        self.settings = settings
        self.store = Store(state_path)
        self.now = now
        self.courier = Courier(self.store, settings, webhook_url, deliver, self.run_due)

    @contextmanager
    def work(
        self, *, base_url: str = "", request_id: str | None = None, idempotency_key: str | None = None
    ) -> Iterator[Work]:
        """One unit of work, all or nothing; whatever it emits is on its way afterwards."""
        with self.store.transaction() as transaction:
            yield Work(
                transaction=transaction,
                settings=self.settings,
                at=self.now(),
                base_url=base_url,
                request_id=request_id,
                idempotency_key=idempotency_key,
            )
        if transaction.sent:
            self.courier.wake()

    def run_due(self) -> None:
        """Let happen what should have happened by now: expiry, late confirmation, confirmed refunds."""
        with self.store.transaction() as transaction:
            if not transaction.due(self.now()):
                return
        with self.work() as work:
            for due in work.transaction.due(work.at):
                work.transaction.done(due)
                _happen(work, due)

    def pay(self, session_id: str, *, method: str = "card", outcome: checkout.Outcome = "paid") -> ApiObject:
        """Do what the payer does on the hosted page."""
        with self.work() as work:
            return checkout.pay(work, session_id, method=method, outcome=outcome)

    def settle(self, subject: str) -> None:
        """Let happen now what waits for time to pass on a session or a refund."""
        with self.work() as work:
            for due in work.transaction.due_for(subject):
                work.transaction.done(due)
                _happen(work, due)

    def fail_refund(self, refund_id: str) -> ApiObject:
        """Let the bank send a refund back."""
        with self.work() as work:
            return refunds.fail(work, refund_id)

    def close(self) -> None:
        """Stop the courier and close the memory."""
        self.courier.stop()
        self.store.close()


def _happen(work: Work, due: Due) -> None:
    match due.task:
        case "expire":
            checkout.expire(work, due.subject)
        case "later_paid" | "later_failed":
            checkout.settle(work, due.subject, paid=due.task == "later_paid")
        case "refund_settled":
            refunds.settle(work, due.subject)
        case task:
            raise ValueError(task)
