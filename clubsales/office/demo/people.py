"""Invented people: names, phones, how warm they are. Pure but for the dice handed in."""

import random

from clubsales.leads.intake.rules import Grade
from clubsales.office.demo.story import GIVEN_NAMES, PHONE_PREFIXES, SURNAMES

GRADE_WEIGHTS = (15, 35, 35, 15)  # A to D


def a_name(chance: random.Random) -> str:
    """A full name."""
    return f"{chance.choice(SURNAMES)}{chance.choice(GIVEN_NAMES)}"


def a_phone(chance: random.Random) -> str:
    """A Chinese mobile number in E.164."""
    return f"+86{chance.choice(PHONE_PREFIXES)}{chance.randrange(10**8):08d}"


def a_grade(chance: random.Random) -> Grade:
    """How likely somebody is to buy."""
    return chance.choices(tuple(Grade), GRADE_WEIGHTS)[0]
