"""What a consultant is."""

from enum import StrEnum


class Kind(StrEnum):
    """Inside consultants stand in the rotation; outside ones work outdoors (ROL-02)."""

    INSIDE = "inside"
    OUTSIDE = "outside"


class ProfileRefused(StrEnum):
    ALREADY_THERE = "consultant.already_there"
    CODE_TAKEN = "consultant.code_taken"
