"""A word that is too long may break; nothing else of the HTML changes."""

from __future__ import annotations

import pytest

from quarterdeck.reports.long_words import breakable

LONG = "W" * 21
SPAN = '<span style="word-break:break-word">'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<p>a {LONG} b</p>", f"<p>a {SPAN}{LONG}</span> b</p>"),
        (f"<p>{LONG[1:]}</p>", None),
        (f'<p title="{LONG}">x</p>', None),
        (f"<head><style>{LONG}</style><title>{LONG}</title></head>", None),
        (f"<script>{LONG}</script><p>{LONG}</p>", f"<script>{LONG}</script><p>{SPAN}{LONG}</span></p>"),
        # Escaped marks stay whole.
        ("<p>" + "&lt;b" * 8 + "</p>", f"<p>{SPAN}" + "&lt;b" * 8 + "</span></p>"),
        (f"<p>x<br>{LONG}\n{LONG}</p>", f"<p>x<br>{SPAN}{LONG}</span>\n{SPAN}{LONG}</span></p>"),
    ],
)
def test_breakable(html, expected) -> None:
    assert breakable(html) == (expected or html)
