"""What happened to a contract."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import AccountID, ContractID, SaleID


@dataclass(frozen=True, slots=True)
class ContractFilled(Event):
    tag: ClassVar[str] = "contract:filled"
    subject: ClassVar[str] = "contract_id"
    contract_id: ContractID
    sale_id: SaleID
    rewrites_id: ContractID | None


@dataclass(frozen=True, slots=True)
class ContractChanged(Event):
    """Fields of a form; what stood in them is personal and stays with the form."""

    tag: ClassVar[str] = "contract:changed"
    subject: ClassVar[str] = "contract_id"
    contract_id: ContractID
    fields: list[str]
    corrections: int  # so far


@dataclass(frozen=True, slots=True)
class ContractSubmitted(Event):
    tag: ClassVar[str] = "contract:submitted"
    subject: ClassVar[str] = "contract_id"
    contract_id: ContractID
    round: int


@dataclass(frozen=True, slots=True)
class ContractSigned(Event):
    tag: ClassVar[str] = "contract:signed"
    subject: ClassVar[str] = "contract_id"
    contract_id: ContractID
    sale_id: SaleID
    number: str
    digest: str
    present: AccountID


@dataclass(frozen=True, slots=True)
class ContractVoided(Event):
    tag: ClassVar[str] = "contract:voided"
    subject: ClassVar[str] = "contract_id"
    contract_id: ContractID
    reason: str


@dataclass(frozen=True, slots=True)
class ContractArchived(Event):
    tag: ClassVar[str] = "contract:archived"
    subject: ClassVar[str] = "contract_id"
    contract_id: ContractID
    place: str


@dataclass(frozen=True, slots=True)
class PromiseKept(Event):
    tag: ClassVar[str] = "contract:promise_kept"
    subject: ClassVar[str] = "contract_id"
    contract_id: ContractID
    position: int


@dataclass(frozen=True, slots=True)
class CopyHanded(Event):
    tag: ClassVar[str] = "contract:copy_handed"
    subject: ClassVar[str] = "contract_id"
    contract_id: ContractID
    copy: int
