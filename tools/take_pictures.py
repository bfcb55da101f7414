"""Take the pictures of README: `python tools/take_pictures.py http://localhost:8000` with a fresh demo club there."""

import io
import sys
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PASSWORD = "gym-floor-demo"  # noqa: S105  printed at every start of the demo
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def main(address: str) -> None:
    """Walk a guest from the desk to the door, and take a picture of each screen on the way."""
    with sync_playwright() as api:
        browser = api.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        desk = open_page(browser, address, "xuting")
        desk.goto("/desk")
        desk.fill("input[name=phone]", "13800138000")
        desk.wait_for_selector("text=ROT-01")
        desk.wait_for_timeout(800)
        take(desk, "desk")
        desk.locator("main details summary").first.click()
        desk.fill("input[name=name]", "陈先生")
        desk.wait_for_timeout(800)
        receiver = desk.locator("main button.primary").first.inner_text()
        desk.locator("main button.primary").first.click()
        desk.wait_for_load_state()
        usernames = {"林静": "linjing", "周倩": "zhouqian", "孙丽": "sunli"}
        username = next((user for name, user in usernames.items() if name in receiver), "linjing")
        seller = open_page(browser, address, username)
        seller.goto("/floor")
        take(seller, "floor")
        lead = seller.locator("a[href^='/leads/']").first.get_attribute("href") or "/leads"
        seller.locator("a[href^='/sell']").last.click()
        seller.wait_for_load_state()
        seller.locator("label.offer").first.click()
        take(seller, "sell")
        seller.locator("main button.primary").first.click()
        seller.wait_for_url("**/sales/*")
        seller.locator("button.primary").first.click()
        seller.wait_for_timeout(1000)
        seller.goto(seller.url.split("?")[0] + "/guest")
        seller.wait_for_timeout(800)
        take(seller, "guest")
        link = read_code(seller)
        code = pay_by_phone(browser, link)
        desk.goto("/check-in")
        desk.keyboard.type(code)
        desk.keyboard.press("Enter")
        desk.wait_for_timeout(1200)
        take(desk, "check-in")
        seller.goto(lead)
        take(seller, "lead")
        look_at_the_day(open_page(browser, address, "wujianguo"))
        browser.close()


def look_at_the_day(manager: Page) -> None:
    """What the manager looks at."""
    for address, name in (
        ("/today", "today"),
        ("/roster", "roster"),
        ("/fairness?by=month", "fairness"),
        ("/board", "board"),
    ):
        manager.goto(address)
        manager.wait_for_timeout(800)
        take(manager, name)
    manager.goto("/desk")
    manager.locator("a.reason").first.click()
    manager.wait_for_load_state()
    take(manager, "decided")


def pay_by_phone(browser: Browser, link: str) -> str:
    """The guest scans, pays and opens the card; what its code says."""
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True
    ).new_page()
    phone.goto(link)
    phone.locator(".primary").first.click()
    phone.locator("button[name=method][value=alipay]").click()
    phone.locator("a[href*='/card/']").first.click()
    phone.wait_for_timeout(1200)
    phone.screenshot(path=PICTURES / "card.png")
    return read_code(phone)


def open_page(browser: Browser, address: str, username: str) -> Page:
    """A tablet in Chinese, signed in."""
    page = browser.new_context(
        base_url=address,
        viewport={"width": 1180, "height": 820},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=True,
    ).new_page()
    page.goto("/sign-in")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()
    return page


def take(page: Page, name: str) -> None:
    """One picture of the screen as it stands."""
    page.wait_for_timeout(300)
    page.screenshot(path=PICTURES / f"{name}.png")


def read_code(page: Page) -> str:
    """What the QR code on the page says."""
    image = Image.open(io.BytesIO(page.screenshot()))
    return str(zxingcpp.read_barcodes(image)[0].text)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
