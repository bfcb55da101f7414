"""What happened to proposals and to merged persons."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class MatchDismissed(Event):
    """Somebody decided that two persons are not one."""

    tag: ClassVar[str] = "match:dismissed"
    subject: ClassVar[str] = "match_id"
    match_id: int
    first_person_id: int
    second_person_id: int
    score: int


@dataclass(frozen=True, slots=True)
class PersonMerged(Event):
    """On the timeline of the person who stays; `rows` is how many records came over."""

    tag: ClassVar[str] = "person:merged"
    subject: ClassVar[str] = "kept_id"
    kept_id: int
    merged_id: int
    merge_id: int
    rows: int
    fields: list[str]


@dataclass(frozen=True, slots=True)
class MergeUndone(Event):
    """`rows` is how many records went back."""

    tag: ClassVar[str] = "person:unmerged"
    subject: ClassVar[str] = "kept_id"
    kept_id: int
    merged_id: int
    merge_id: int
    rows: int
