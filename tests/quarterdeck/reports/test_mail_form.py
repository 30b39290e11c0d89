"""A mail is small enough by its form: what it leaves out it names, and says where all of it is."""

from __future__ import annotations

import quopri
import re
import shutil
from dataclasses import replace
from decimal import Decimal as D

import pytest

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.enclosed import Enclosed
from quarterdeck.reports.envelope import Envelope
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.render import MOST_BYTES, Rendered, render

FIRST = Envelope("scheduled")


@pytest.fixture
def long_payload(build, sample):
    """So many open projects, named alike, and so many findings."""

    def made(projects: int, findings: int = 1):
        tables = sample.tables()
        rows = tuple(
            (n, "jada", f"p{n}", f"Project number {n} of many", "zero-cost", D(n), None, None, None)
            for n in range(1, projects + 1)
        )
        tables["project_order"] = replace(tables["project_order"], rows=rows)
        found = [sample.finding(f"rule_{n}", "jada", title=f"Finding {n}") for n in range(findings)]
        return build_payload(build("cfo", tables=tables, findings=found))

    return made


@pytest.fixture
def mailed(templates):
    def make(payload, envelope=FIRST, **more) -> Rendered:
        return render(payload, templates=templates, locale="en_US", envelope=envelope, **more)

    return make


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def size(out: Rendered) -> int:
    return len(quopri.encodestring(out.html.encode()))


def test_a_long_table_is_cut_in_mail_and_whole_in_the_archives_copy(long_payload, mailed) -> None:
    payload = long_payload(240)
    mail, own = mailed(payload), mailed(payload, None)
    said = "These are the first 40 of 240 rows; all of them are in the archive."
    assert said in words(mail.text)
    assert said in words(mail.html)
    assert ("Project number 40" in mail.text, "Project number 41" in mail.text) == (True, False)
    assert "Project number 240 " in words(own.text)
    assert "all of them are in" not in own.text


def test_it_says_which_file_has_the_rows(long_payload, mailed) -> None:
    whole = Enclosed("a.xlsx", "xlsx", ("deployment", "findings"), 9_000)
    files = [whole, Enclosed("a.csv", "csv", ("deployment",), 900)]
    text = words(mailed(long_payload(240), enclosed=files).text)
    assert "all of them are in the attached XLSX and CSV." in text
    assert "- a.xlsx (9 KB): 2 tables with all rows." in text


def test_a_table_that_shows_its_first_rows_names_the_file_with_all(long_payload, mailed) -> None:
    payload = long_payload(13)
    section = next(each for each in payload["sections"] if each["id"] == "deployment")
    section["data"]["first"] = 10
    files = [Enclosed("a.xlsx", "xlsx", ("deployment",), 9_000)]
    said = "These are the first 10 of 13 rows; all of them are in the attached XLSX."
    assert said in words(mailed(payload, enclosed=files).text)
    assert "And 3 rows more." in words(mailed(payload).text)


def test_a_file_that_has_not_those_rows_or_is_too_large_is_not_named_for_them(long_payload, mailed) -> None:
    place = "s3://archive/attachments/a.xlsx"
    files = [
        Enclosed("a.xlsx", "xlsx", ("deployment",), 9_000_000, place),
        Enclosed("a.csv", "csv", ("kpis",)),
    ]
    text = words(mailed(long_payload(240), enclosed=files).text)
    assert "all of them are in the archive." in text
    assert f"It is too large for mail and lies in the archive: {place}" in text


def test_over_the_limit_tables_get_shorter_until_it_fits(long_payload, mailed) -> None:
    usual = long_payload(60)
    assert "the first 40 of 60 rows" in words(mailed(usual).text)
    crowded = long_payload(60, findings=150)
    mail = mailed(crowded)
    assert size(mail) <= MOST_BYTES < size(mailed(crowded, None))
    shown = re.search(r"the first (\d+) of 60 rows", words(mail.text))
    assert shown is not None
    assert int(shown.group(1)) < 40
    assert re.search(r"And \d+ more, in the archive\.", mail.text)
    html = words(re.sub(r"<[^>]+>", " ", mail.html))
    assert all(f"Finding {n} (" in html for n in range(150) if f"Finding {n} (" in mail.text)


def test_what_can_never_fit_is_said_and_not_cut(long_payload, mailed) -> None:
    payload = long_payload(2)
    payload["summary"] = ["x" * 100_000]
    with pytest.raises(QuarterdeckError, match="fewer sections or headline figures"):
        mailed(payload)


def test_a_mail_has_codes_where_the_own_copy_has_formulas(long_payload, mailed) -> None:
    payload = long_payload(2)
    mail, own = words(mailed(payload).text), words(mailed(payload, None).text)
    assert "how gross_burn is computed" in own
    assert "how gross_burn is computed" not in mail
    assert "Gross burn ab12cd34" in mail
    assert "01234567" in own  # the hash of what was kept
    # JADA's one dataset: 27 rows kept of 28
    assert re.search(r"JADA 1 27 of 28 Nov 23, 2026", mail)


def test_findings_of_one_rule_are_one(build, sample, mailed) -> None:
    found = [
        sample.finding("short_runway", tenant, title="Short runway", description=f"Of {tenant}.")
        for tenant in ("jada", "rental")
    ]
    text = mailed(build_payload(build("cfo", findings=found))).text
    assert text.count("Short runway (JADA, 3028 51st St) [high, new]") == 1
    assert text.count("Revenue of the next month is at stake.") == 1
    assert "  - Of jada.\n  - Of rental.\n" in text


def test_one_action_for_several_businesses_is_one_row(build, sample, mailed) -> None:
    advice = [
        sample.recommendation("empty_pipeline", tenant, "2026-11-20", expected_effect=f"Good for {tenant}.")
        for tenant in ("jada", "rental")
    ]
    text = words(mailed(build_payload(build("cfo", recommendations=advice))).text)
    assert text.count("Call the last guests") == 1
    assert "(JADA, 3028 51st St)" in text
    assert "JADA: Good for jada. 3028 51st St: Good for rental." in text
    assert "overdue" in text  # since the 20th; it is the 24th


def test_a_second_language_is_one_more_file(build, templates, tmp_path) -> None:
    copied = tmp_path / "templates"
    shutil.copytree(templates, copied)
    english = (copied / "words" / "en.yaml").read_text()
    dutch = english.replace("title: Key figures", "title: Kerncijfers")
    dutch = dutch.replace("row: {one: row, other: rows}", "row: {one: rij, other: rijen}")
    (copied / "words" / "nl.yaml").write_text(dutch)
    payload = build_payload(build("cfo"))
    said = render(payload, templates=copied, locale="nl_NL", envelope=None)
    assert "Kerncijfers" in said.text
    assert "Kerncijfers" in said.html
    assert "1 rij set aside" in words(said.text)
    assert "Key figures" in render(payload, templates=copied, locale="de_DE", envelope=None).text
