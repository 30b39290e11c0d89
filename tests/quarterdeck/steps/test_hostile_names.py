"""A portfolio whose every name is an attack, through the real day: harmless in page, text, mail and keys."""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

import pytest
import yaml

from quarterdeck.lake.documents import from_bytes
from quarterdeck.lake.store import LocalStore
from quarterdeck.steps.envelopes import preview_message

PORTFOLIO = (
    "O'Brien & Sons <Ltd></title><script>alert(1)</script> \N{RIGHT-TO-LEFT OVERRIDE}tfel\N{FIRE} {{ 7*7 }}"
)
SLOOP = "Robert'); DROP TABLE bookings;-- <img src=x onerror=alert(1)> {% raw %}${7*7}#{7*7}"
COTTAGE = "Quay\r\nBcc: thief@evil.example\r\n\r\n<b>\N{PILE OF POO}</b>\N{RIGHT-TO-LEFT ISOLATE}\x9b\x00end"
ACCOUNT = '=HYPERLINK("http://evil.example","pay") {{ config.items() }}'
LONG = "+" + "Wassersportgesellschaft" * 13 + "!"  # 301 characters without a blank
SENDER = "Reports\r\nBcc: thief@evil.example \N{RIGHT-TO-LEFT OVERRIDE}\N{ROCKET} <x@evil.example>"
HOSTILE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """A name as readers see it: on one line, without what is not printed."""
    return " ".join(re.sub(HOSTILE, " ", text).split())


def attack(lantern) -> None:
    """Every name that the YAML and the rows of the golden portfolio have for readers."""

    def renamed(text: str, **names: object) -> str:
        return yaml.safe_dump({**yaml.safe_load(text), **names}, allow_unicode=True)

    sender = {
        "address": "reports@lantern.example", "name": SENDER, "reply_to": "office@lantern.example",
        "configuration_set": "lantern",
    }  # fmt: skip
    owners = {"finance": LONG, "bookkeeping": SLOOP}
    lantern.edit("portfolio.yaml", lambda text: renamed(text, title=PORTFOLIO, sender=sender, owners=owners))
    lantern.edit("tenants/sloop.yaml", lambda text: renamed(text, title=SLOOP, unit=PORTFOLIO))
    lantern.edit("tenants/cottage.yaml", lambda text: renamed(text, title=COTTAGE))
    quoted = '"' + ACCOUNT.replace('"', '""') + '"'
    lantern.edit(
        "data/sloop/chart_of_accounts.csv", lambda text: text.replace("Bank,asset", f"{quoted},asset")
    )


class Page(HTMLParser):
    """The elements with their attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def day(tmp_path_factory, make_lantern):
    lantern = make_lantern(tmp_path_factory.mktemp("hostile"))
    attack(lantern)
    run, outcome = lantern.cfo()
    assert outcome["cfo"]["state"] == "archived", outcome
    return lantern.day(run)


@pytest.fixture(scope="module")
def edition(day):
    return day.archive.edition(day.run.as_of, "cfo")


@pytest.fixture(scope="module")
def html(day, edition) -> str:
    return day.archive.read(edition, "report.html").decode()


@pytest.fixture(scope="module")
def text(day, edition) -> str:
    return day.archive.read(edition, "report.txt").decode()


@pytest.fixture(scope="module")
def message(day, edition):
    files = {name: day.archive.read(edition, name) for name in day.archive.names(edition)}
    data = preview_message(day, day.config.reports["cfo"], files)
    return data, message_from_bytes(data, policy=default)


def test_names_make_no_element_no_attribute_and_no_address(html) -> None:
    page = Page(html)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "iframe", "object", "form", "b", "svg", "base"}
    assert [tag for tag, _ in page.elements].count("title") <= 1
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    sources = [attributes["src"] for tag, attributes in page.elements if tag == "img"]
    assert all(str(source).startswith("data:image/png;base64,") for source in sources)
    links = [attributes.get("href") or "" for _, attributes in page.elements]
    assert not any("evil.example" in link for link in links)


def test_names_are_shown_as_they_are_and_not_worked_out(day, edition, html, text) -> None:
    seen = " ".join(Page(html).text.split())
    plain = " ".join(text.split())
    for name in (PORTFOLIO, SLOOP, COTTAGE, ACCOUNT):
        assert shown(name) in seen
    for name in (PORTFOLIO, SLOOP, COTTAGE):  # a table's column may cut a long one, the head of the text not
        assert shown(name)[:40] in plain
    assert "{{ 7*7 }}" in seen
    assert "{{ 7*7 }}" in plain
    assert not HOSTILE.search(html + text)
    assert "&lt;script" not in text
    assert "&amp;amp;" not in html
    payload = from_bytes(day.archive.read(edition, "payload.json"))
    assert next(k for k in payload["kpis"] if k["id"] == "gross_burn")["value"] == 1750  # as with plain names


def test_a_name_of_300_characters_keeps_the_text_s_width(text) -> None:
    assert max(len(line) for line in text.splitlines()) <= 78
    assert LONG[:20] in text


def test_headers_say_one_line_each_and_nobody_is_added(message) -> None:
    data, mail = message
    names = [name for part in mail.walk() for name in part]
    assert not {"Bcc", "Cc"} & set(names)
    assert mail["To"].addresses[0].addr_spec == "preview@lantern.example"
    assert len(mail["To"].addresses) == len(mail["From"].addresses) == 1
    assert mail["From"].addresses[0].addr_spec == "reports@lantern.example"
    # Python's reader puts a blank between encoded words, which readers of mail don't.
    assert "".join(mail["From"].addresses[0].display_name.split()) == "".join(shown(SENDER).split())
    assert "".join(shown(PORTFOLIO).split()) in "".join(mail["Subject"].split())
    for name, value in mail.items():
        assert not HOSTILE.search(str(value)), name
    head = data.split(b"\r\n\r\n", 1)[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    assert not mail.defects
    tags = {name: value for name, value in mail.items() if name.startswith("X-Quarterdeck-")}
    assert tags["X-Quarterdeck-Portfolio"] == "lantern"


def test_keys_hold_no_name(day, edition) -> None:
    home = day.resources.places.home
    keys = LocalStore(home).list("")
    assert len(keys) > 30
    plain = re.compile(r"[A-Za-z0-9._/-]+")
    docs = re.compile(r"lake/lantern/docs/")  # pages of Great Expectations, with its own names
    assert [key for key in keys if not plain.fullmatch(key) and not docs.match(key)] == []
    assert not any(word in key for key in keys for word in ("evil", "DROP", "Brien", "HYPERLINK"))
    assert json.loads(day.archive.read(edition, "payload.json"))["portfolio"]["title"] == PORTFOLIO
