"""Signing in as a page does, so that the load can send what a page would send."""

import re
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import Cookie, CookieJar

TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
LANGUAGE = "zh-CN"


class PageFailed(RuntimeError):
    """A page the load begins on is not as expected."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a browser stands: its cookies and the token of the page it has open."""

    cookies: str
    csrf: str


class Browser:
    """A browser with its cookies."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))

    def remember(self, name: str, value: str) -> None:
        """Keep a cookie that was given elsewhere."""
        host = urllib.parse.urlsplit(self._address).hostname or ""
        self._jar.set_cookie(
            Cookie(
                version=0,
                name=name,
                value=value,
                port=None,
                port_specified=False,
                domain=host,
                domain_specified=False,
                domain_initial_dot=False,
                path="/",
                path_specified=True,
                secure=False,
                expires=None,
                discard=True,
                comment=None,
                comment_url=None,
                rest={},
            )
        )

    def sign_in(self, username: str, password: str) -> None:
        """Sign in with the form."""
        fields = {"csrf_token": self._page("/sign-in"), "username": username, "password": password}
        self._open("/sign-in", urllib.parse.urlencode(fields).encode())

    def stand_on(self, path: str) -> Standing:
        """Open a page and stay there. Raises PageFailed when it is not this page that comes."""
        token = self._page(path)
        return Standing("; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar), token)

    def mark_of(self, path: str) -> str:
        """The version of a fragment as it stands. Raises PageFailed for one without."""
        request = urllib.request.Request(self._address + path, headers={"Accept-Language": LANGUAGE})  # noqa: S310
        with self._opener.open(request, timeout=30) as answer:
            mark = answer.headers.get("ETag")
        if mark is None:
            raise PageFailed(f"{path} has no ETag")
        return str(mark)

    def _page(self, path: str) -> str:
        found = TOKEN.search(self._open(path))
        if found is None:
            raise PageFailed(f"{path} has no CSRF token")
        return found[1]

    def _open(self, path: str, data: bytes | None = None) -> str:
        request = urllib.request.Request(self._address + path, data, {"Accept-Language": LANGUAGE})  # noqa: S310
        with self._opener.open(request, timeout=30) as answer:
            if data is None and urllib.parse.urlsplit(answer.url).path != path:
                raise PageFailed(f"{path} led to {answer.url}")
            return str(answer.read().decode())
