"""What goes into a message of at most 10 MB as sent."""

from __future__ import annotations

import base64
import email.mime.application
from email.policy import SMTP

import pytest

from quarterdeck.mail.fitting import encoded_size, fitting


@pytest.mark.parametrize("size", [0, 1, 57, 58, 1_000_000])
def test_encoded_size_is_enough_and_not_much_more(size) -> None:
    part = email.mime.application.MIMEApplication(b"x" * size, policy=SMTP)
    part.add_header("Content-Disposition", "attachment", filename="f" * 200)
    real = len(part.as_bytes())
    assert real <= encoded_size(size) <= real + 500
    assert encoded_size(size) > len(base64.b64encode(b"x" * size))


@pytest.mark.parametrize(
    ("sizes", "body", "goes"),
    [
        ([20_000, 200_000], 500_000, [True, True]),
        ([7_000_000, 200_000], 0, [True, True]),
        ([8_000_000, 200_000], 0, [False, True]),  # 10.9 MB as sent: passed over, the smaller one goes
        ([5_000_000, 5_000_000, 100], 0, [True, False, True]),  # the first in order
        ([100], 10_000_000, [False]),
        ([], 0, []),
    ],
)
def test_fitting(sizes, body, goes) -> None:
    assert fitting(sizes, body) == goes
