"""The desk, the floor and the wall as people use them: tablets by touch, a hand scanner, a screen nobody touches."""

import re
from collections.abc import Callable
from typing import TypeVar

import pytest
from playwright.sync_api import Page, Request, expect
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.clock import local_day, now
from clubsales.db import transact
from clubsales.frontdesk.alerts.models import PushSubscriptionRow
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.rules import PassKind, scannable
from clubsales.leads.touches.rules import Signal, SignalKind
from tests.browser.conftest import DESKTOP, PHONE, Club, Screens, look, sign_in
from tests.browser.test_main_job import scan_by_hand
from tests.builders import consultant_of

CHINESE, ENGLISH = "zh-CN", "en-US"


T = TypeVar("T")


def write(club: Club, work: Callable[[Session], T]) -> T:
    with club.app.app_context():
        return transact(work)


def on_shift(club: Club, *names: str) -> None:
    for name in names:
        who = getattr(club.cast, name)
        write(
            club,
            lambda s, who=who: posts.open_shift(
                s, consultant_id=consultant_of(who), checklist=None, actor=who, at=now()
            ),
        )


def arrives(club: Club, name: str, *, asks_for: str = "") -> None:
    signals = (Signal(SignalKind.NAME, consultant_of(getattr(club.cast, asks_for))),) if asks_for else ()
    write(
        club,
        lambda s: reception.arrive(s, e164=None, name=name, signals=signals, actor=club.cast.desk, at=now()),
    )


def with_offers(club: Club, seconds: int) -> None:
    day = local_day(now(), club.cast.club.zone)
    changes = {"rotation": {"accept_seconds": seconds}}
    write(
        club,
        lambda s: policies.publish(s, changes=changes, valid_from=day, actor=club.cast.manager, at=now()),
    )


def test_an_offer_is_seen_heard_and_accepted(served: Club, screens: Screens) -> None:
    with_offers(served, 60)
    on_shift(served, "lin", "zhou")
    tablet, desk = screens.open(), screens.open()
    # Sound is a courtesy of the machine; what counts is that the page rings once for each guest.
    tablet.add_init_script(
        """window.rings = 0;
        window.AudioContext = class { constructor() { this.currentTime = 0; this.destination = {}; } resume() { window.rings += 1; }
          createOscillator() { return { frequency: {}, connect: (to) => to, start() {}, stop() {} }; }
          createGain() { return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (to) => to }; } };"""
    )
    sign_in(tablet, "lin")
    tablet.goto("/floor")
    tablet.locator("h1").tap()  # before the first touch a browser gives no sound
    sign_in(desk, "desk")
    desk.goto("/desk")
    desk.locator("#new-guest input[name=phone]").press_sequentially("13800138000")
    desk.locator("#preview button.primary").tap()
    expect(desk.locator("#guests .countdown")).to_be_visible()
    accept = tablet.locator("#floor form[action$='/accept'] button")
    expect(accept).to_be_visible()
    expect(accept.locator(".countdown")).to_have_text(re.compile(r"^0[01]:\d\d$"))
    assert tablet.title().startswith("(1) ")
    assert tablet.evaluate("window.rings") == 1
    accept.tap()
    expect(tablet.locator("#floor section.active button[data-opens^=out-]")).to_be_visible()
    expect(desk.locator("#guests .countdown")).to_have_count(0)


@pytest.mark.parametrize("locale", [CHINESE, ENGLISH])
def test_a_guest_waits_for_whom_he_came_for_until_he_agrees_to_another(
    served: Club, screens: Screens, locale: str
) -> None:
    on_shift(served, "lin", "zhou")
    arrives(served, "第一位", asks_for="zhou")
    desk = screens.open(locale=locale)
    sign_in(desk, "desk")
    desk.goto("/desk")
    desk.locator("fieldset:has(input[name=asks_for]) label", has_text="周倩").tap()
    expect(desk.locator("#preview button.primary")).to_contain_text("林静")
    desk.locator("#preview button[name=wait]").tap()
    waiting = desk.locator("#queue section.attention")
    expect(waiting).to_contain_text("周倩")
    waiting.locator("form[action$='/let-others'] button").tap()
    expect(desk.locator("#queue section.attention")).to_have_count(0)
    expect(desk.locator("#guests")).to_contain_text("林静")


def test_a_pass_from_the_hand_scanner_says_what_it_is_worth_and_counts_once(
    served: Club, screens: Screens
) -> None:
    on_shift(served, "lin", "zhou")
    zhou = served.cast.zhou
    one = write(
        served,
        lambda s: passes.issue(
            s, kind=PassKind.TRIAL_PASS, consultant_id=consultant_of(zhou), actor=zhou, at=now()
        ),
    )
    desk = screens.open()
    sign_in(desk, "desk")
    desk.goto("/desk")
    desk.locator("#new-guest input[name=phone]").press_sequentially("13800138000")
    expect(desk.locator("#preview .pill.info")).to_be_visible()  # a hand takes the scanner after it has typed
    scan_by_hand(desk, scannable(one.code))
    shown = desk.locator("#preview [data-pass]")
    expect(shown).to_contain_text("周倩")
    expect(desk.locator("#new-guest input[name=phone]")).to_have_value("138 0013 8000")
    expect(desk.locator("#code")).to_have_value("")
    # Left out again, and typed by hand.
    shown.locator("[data-drop]").tap()
    expect(shown).to_have_count(0)
    desk.locator("#code").fill(one.code.upper())
    desk.locator("#code").press("Enter")
    expect(shown).to_contain_text("周倩")
    desk.locator("#preview button.primary").tap()
    expect(desk.locator("#given-title")).to_contain_text("周倩")
    desk.goto("/desk")
    scan_by_hand(desk, scannable(one.code))
    expect(shown.locator(".pill.now")).to_be_visible()
    expect(desk.locator("#preview button.primary")).to_contain_text("林静")


def test_a_guest_is_contested_in_two_taps_and_the_desk_stays_quiet(served: Club, screens: Screens) -> None:
    on_shift(served, "lin", "zhou")
    arrives(served, "陈先生")
    desk, phone = screens.open(), screens.open(PHONE)
    sign_in(desk, "desk")
    desk.goto("/desk")
    before = desk.locator("#guests").inner_text()
    desk.locator("#guests [data-opens^=whose-]").tap()
    desk.locator("dialog[open] button", has_text="周倩").tap()
    expect(desk.locator(".flash.info, .flashes .flash").first).to_be_visible()
    desk.goto("/desk")
    assert desk.locator("#guests").inner_text() == before
    # A consultant: the guest on the board, then the button.
    sign_in(phone, "zhou")
    phone.goto("/board")
    with phone.expect_navigation():
        phone.locator(".wall-rows a").first.tap()
    told = phone.locator("main").inner_text()
    phone.locator("aside form[action$='/contest'] button").tap()
    expect(phone.locator(".flash").first).to_be_visible()
    assert phone.locator("main").inner_text() == told


def test_the_wall_shows_the_board_without_anybody_signed_in(served: Club, screens: Screens) -> None:
    on_shift(served, "lin", "zhou")
    wall = screens.open(DESKTOP)
    sign_in(wall, "manager")
    wall.goto("/devices")
    wall.fill("#enrol input[name=name]", "休息室")
    wall.locator("#enrol input[value=screen]").check(force=True)
    wall.locator("#enrol button[type=submit]").click()
    wall.wait_for_url("**/board")
    expect(wall.locator(".wall")).to_contain_text("林静")
    expect(wall.locator("nav.rail")).to_have_count(0)
    arrives(served, "陈先生")
    expect(wall.locator(".wall")).to_contain_text("陈**")
    expect(wall.locator(".wall")).not_to_contain_text("陈先生")
    expect(wall.locator(".wall a")).to_have_count(0)
    assert look(wall) == []


PUSHED = """
Object.defineProperty(Notification, "permission", { get: () => window.granted ? "granted" : "default" });
Notification.requestPermission = async () => { window.granted = true; return "granted"; };
let made = null;
const fake = (key) => ({ endpoint: "https://push.example.com/one", options: { applicationServerKey: key },
  toJSON: () => ({ endpoint: "https://push.example.com/one", keys: { p256dh: window.point, auth: "AAAAAAAAAAAAAAAAAAAAAA" } }),
  unsubscribe: async () => { made = null; return true; } });
PushManager.prototype.getSubscription = async () => made;
PushManager.prototype.subscribe = async (options) => { made = fake(options.applicationServerKey.buffer); window.keyBytes = options.applicationServerKey.length; return made; };
"""


def test_the_switch_tells_this_device_and_stops_again(served: Club, screens: Screens) -> None:
    """The browser's own push service is stood in for; everything of ours is real."""
    page = screens.open()
    page.add_init_script(PUSHED)
    sign_in(page, "lin")
    page.goto("/account")
    page.evaluate(
        """async () => {
          const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
          const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
          window.point = btoa(String.fromCharCode(...raw)).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=/g, "");
        }"""
    )
    switch = page.locator("[data-alert-switch]")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.tap()
    expect(switch).to_have_attribute("aria-checked", "true")
    assert page.evaluate("window.keyBytes") == 65
    assert subscriptions(served) == [None]
    switch.tap()
    expect(switch).to_have_attribute("aria-checked", "false")
    assert [ended is not None for ended in subscriptions(served)] == [True]


def subscriptions(club: Club) -> list[object]:
    return write(club, lambda s: [row.ended_at for row in s.query(PushSubscriptionRow).all()])


def test_a_browser_without_push_still_sounds(served: Club, screens: Screens) -> None:
    page: Page = screens.open()
    page.add_init_script("delete window.PushManager")
    sign_in(page, "lin")
    page.goto("/account")
    switch = page.locator("[data-alert-switch]")
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.tap()
    expect(switch).to_have_attribute("aria-checked", "false")
    page.reload()
    expect(switch).to_have_attribute("aria-checked", "false")


@pytest.mark.parametrize("path", ["/desk", "/floor"])
def test_what_moves_is_asked_for_within_two_and_a_half_seconds(
    served: Club, screens: Screens, path: str
) -> None:
    """On the page's own clock: that it is seen within three seconds must not hang on what else this machine does."""
    page = screens.open()
    sign_in(page, "supervisor")
    page.clock.install(time=0)
    page.clock.pause_at(3_600_000)  # from here on only what is run below passes
    page.goto(path)
    waiting = {region.get_attribute("data-poll") for region in page.locator("[data-poll]").all()}
    assert waiting

    def was_the_last(request: Request) -> bool:
        waiting.discard(request.url.removeprefix(served.url))
        return not waiting

    with page.expect_event("request", was_the_last):
        page.clock.run_for(2_500)
