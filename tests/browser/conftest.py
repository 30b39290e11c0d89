"""One browser, and the documents that it is shown: the web view and the mail's HTML of two editions."""

from __future__ import annotations

import importlib.util
import os
import shutil
from dataclasses import dataclass, field
from decimal import Decimal as D
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from quarterdeck.reports.page import content_security_policy, render_page
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.render import for_browser, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

# The day made by hand that the reports' own tests use.
_PATH = Path(__file__).parents[1] / "quarterdeck" / "reports" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("reports_by_hand", _PATH)
_BY_HAND = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_BY_HAND)
build, sample, templates = _BY_HAND.build, _BY_HAND.sample, _BY_HAND.templates

HOSTILE = '</script><img src=x onerror="document.title=1">{{ 7 * 7 }} \u202e🛥️ Đà Nẵng ' + "W" * 300
ADDRESS = "https://reports.example/edition"
TIMEOUT_MS = 5_000


def chromium() -> str:
    named = os.environ.get("CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.fail("expected chromium, found none: run `make browser`, or name another by CHROMIUM=/path")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Stopped with its module: while it runs, no other test of this process may run an event loop."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium())
        yield running
        running.close()


@dataclass
class Shown:
    """A document in a tab: what it asked of the network, what it said on the console, what it opened."""

    page: Page
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def at(self, width: int, scheme: str) -> Page:
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)
        return self.page

    def width(self) -> int:
        return self.page.evaluate("document.documentElement.scrollWidth")


def show(browser: Browser, html: str, policy: str | None = None, **context: Any) -> Shown:
    """The document at an address, under its policy; nothing else answers."""
    page = browser.new_page(**context)
    page.set_default_timeout(TIMEOUT_MS)
    shown = Shown(page)

    def answer(route: Route) -> None:
        if route.request.url == ADDRESS:
            headers = {"Content-Security-Policy": policy} if policy else {}
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
        else:
            shown.asked.append(route.request.url)
            route.abort()

    page.route("**/*", answer)
    page.on("console", lambda message: shown.said.append(message.text))
    page.on("pageerror", lambda error: shown.said.append(str(error)))
    page.on("dialog", lambda dialog: shown.said.append(dialog.message))
    page.goto(ADDRESS)
    return shown


@pytest.fixture(scope="module")
def kept() -> dict[str, tuple[str, str | None]]:
    """The documents as made, by name."""
    return {}


@pytest.fixture
def documents(kept, build, sample, templates) -> dict[str, tuple[str, str | None]]:
    """``cfo page``, ``cfo mail``, ``ceo page``, ``ceo mail``: HTML, and the policy that it is under."""
    if not kept:
        for report, payload in payloads(build, sample).items():
            for kind in ("page", "mail"):
                kept[f"{report} {kind}"] = made(payload, kind, templates)
    return kept


def payloads(build, sample) -> dict[str, dict[str, Any]]:
    """``cfo`` follows another edition; every name in ``ceo`` is hostile, and 300 characters long."""
    before = {**build_payload(build("cfo")), "as_of": "2026-11-20"}
    burn = [f for f in sample.figures() if f.metric != "net_burn"]
    burn.append(sample.figure("net_burn", "money", D("2000.00")))
    tenants = [
        {"id": "jada", "title": HOSTILE, "kind": "charter", "currency": "USD", "unit": "charter"},
        {"id": "rental", "title": "3028 51st St", "kind": "rental", "currency": "USD", "unit": "night"},
    ]
    rows = {"table": "t", "keys": [HOSTILE, "B2"], "count": 5}
    finding = sample.finding("empty_pipeline", "jada", title=HOSTILE, description=HOSTILE, rows=rows)
    home = sample.portfolio(title=HOSTILE, tenants=tenants)
    return {
        "cfo": build_payload(build("cfo", figures=tuple(burn), previous=before)),
        "ceo": build_payload(build("ceo", portfolio=home, findings=[finding])),
    }


@pytest.fixture(scope="module")
def opened() -> dict[str, Shown]:
    """The tabs of this module by document: each is opened once."""
    return {}


@pytest.fixture
def document(documents, browser, opened):
    """``document("cfo page")``, ``document("ceo mail")``: the tab with it."""

    def named(name: str) -> Shown:
        if name not in opened:
            opened[name] = show(browser, *documents[name])
        return opened[name]

    return named


@pytest.fixture
def fresh(documents, browser):
    """A page in a tab of its own, for tests that change it."""
    tabs: list[Shown] = []

    def named(report: str, **context: Any) -> Shown:
        tabs.append(show(browser, *documents[f"{report} page"], **context))
        return tabs[-1]

    yield named
    for tab in tabs:
        tab.page.close()


def made(payload: dict[str, Any], kind: str, templates: Path) -> tuple[str, str | None]:
    if kind == "page":
        html = render_page(payload, templates=templates, locale="en_US")
        return html, content_security_policy(html)
    rendered = render(payload, templates=templates, locale="en_US", envelope=None)
    return for_browser(rendered.html, rendered.charts), None
