"""The sentences of accounts, devices and sessions."""

from clubsales.auth.rules import AuthRefused
from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {
    AuthRefused.WRONG_SIGN_IN: _l(
        "User name or password is wrong. Check both; if you forgot the password, your manager can set a new one."
    ),
    AuthRefused.WRONG_PASSWORD: _l("The password is wrong. Try again."),
    AuthRefused.WRONG_PIN: counted(
        "The PIN is wrong. %(left)s more try, then it locks; your password always works.",
        "The PIN is wrong. %(left)s more tries, then it locks; your password always works.",
        by="left",
    ),
    AuthRefused.LOCKED: counted(
        "Too many wrong passwords. Wait %(minutes)s minute, then try again.",
        "Too many wrong passwords. Wait %(minutes)s minutes, then try again.",
        by="minutes",
    ),
    AuthRefused.PIN_LOCKED: _l(
        "This PIN is locked after too many tries. Sign in with your password to unlock it."
    ),
    AuthRefused.NO_CLUB: _l("This account has no role in any club. Ask your manager for one."),
    AuthRefused.OTHER_CLUBS_DEVICE: _l(
        "This device belongs to %(club)s, where you have no role. Use a device of your own club."
    ),
    AuthRefused.DEVICE_CANNOT_SIGN_IN: _l(
        "This device only scans cards. Sign in on a tablet of the club, or with your password."
    ),
    AuthRefused.NOT_A_DEVICE: _l(
        "This device is not enrolled for a club. Sign in with your password; a manager can enrol it."
    ),
    AuthRefused.CLUB_IS_FIXED: _l(
        "This device works for %(club)s only. Use your own phone or computer for another club."
    ),
    AuthRefused.PASSWORD_NEEDED: _l("Type your password, then press the button again."),
    AuthRefused.USERNAME_SHAPE: _l(
        "A user name has 2 to 40 letters, digits or Chinese characters; dot, dash and underscore may stand inside."
    ),
    AuthRefused.USERNAME_TAKEN: _l("The user name %(username)s is taken. Choose another."),
    AuthRefused.EMAIL_TAKEN: _l("Another account has this e-mail address. Use another, or leave it empty."),
    AuthRefused.PASSWORD_SHORT: _l(
        "The password needs at least %(minimum)s characters. Three or four words are easy to remember."
    ),
    AuthRefused.PASSWORD_LONG: _l("The password may have at most %(maximum)s characters. Use a shorter one."),
    AuthRefused.PASSWORD_HAS_USERNAME: _l("The password contains the user name. Choose one without it."),
    AuthRefused.PASSWORD_COMMON: _l("This password is one that everybody tries first. Choose another."),
    AuthRefused.PIN_SHAPE: _l("A PIN has 4 to 6 digits."),
    AuthRefused.PIN_TRIVIAL: _l(
        "This PIN is too easy to guess (a year, a row, a repeated digit). Choose other digits."
    ),
    AuthRefused.ROLE_HELD: _l("This person already has this role."),
    AuthRefused.LINK_USED: _l("This link has been used or has expired. Start clubsales again for a new one."),
}
REASONS: Texts = {}
