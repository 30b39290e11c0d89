"""Charts: drawn without a network, small, on white, with text as it is written."""

import io
from decimal import Decimal as D
from xml.etree import ElementTree

import pytest
from PIL import Image

from quarterdeck.errors import QuarterdeckError
from quarterdeck.reports.charts import MOST_BYTES, draw_charts, draw_svg
from quarterdeck.reports.payload import build_payload
from quarterdeck.reports.render import render


def payload_of(points, title="Burn by month", spec="bars_and_lines_by_month"):
    chart = {
        "id": "c",
        "spec": spec,
        "title": title,
        "unit": "money",
        "currency": "USD",
        "data": points,
        "alt": "words",
    }
    return {"locale": "en_US", "charts": [chart]}


def point(label, value, series="Gross burn", mark="bar", order=0):
    return {"x": label, "label": label, "series": series, "mark": mark, "order": order, "value": value}


def test_chart_is_small_white_and_twice_its_shown_size(build, templates) -> None:
    chart = draw_charts(build_payload(build()), templates)["burn_chart"]
    picture = Image.open(io.BytesIO(chart.png))
    assert len(chart.png) <= MOST_BYTES
    assert picture.size == (2 * chart.width + picture.width % 2, 2 * chart.height + picture.height % 2)
    assert picture.mode == "P"
    assert "transparency" not in picture.info
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert "latest $7,904.00 (Oct 2026)" in chart.alt


def test_a_mail_shows_the_archived_pictures_and_draws_none(build, templates, monkeypatch) -> None:
    payload = build_payload(build())
    first = render(payload, templates=templates, locale="en_US", envelope=None)
    monkeypatch.setattr("quarterdeck.reports.charts._drawn", lambda *_: pytest.fail("it was drawn"))
    again = render(payload, templates=templates, locale="en_US", envelope=None, pictures=first.charts)
    assert again == first
    with pytest.raises(KeyError, match="burn_chart"):
        render(payload, templates=templates, locale="en_US", envelope=None, pictures={})


def test_same_points_give_the_same_bytes(templates) -> None:
    payload = payload_of([point("Oct 2026", D("1.5"))])
    assert draw_charts(payload, templates)["c"].png == draw_charts(payload, templates)["c"].png


def test_a29_dollar_signs_are_drawn_as_written(templates) -> None:
    """``Cost $5 to $9 per night`` and ``A$$ Rentals`` reach the picture's text unchanged."""
    names = ("Cost $5 to $9 per night", "A$$ Rentals")
    points = [point("Oct 2026", D(5), name, order=n) for n, name in enumerate(names)]
    payload = payload_of(points, title="A$$ Rentals")
    svg = draw_svg(payload["charts"][0], templates).svg
    assert all(f">{name}<" in svg for name in names)
    drawn = draw_charts(payload, templates)["c"].png
    without = draw_charts(
        payload_of([{**p, "series": "x" * (n + 1)} for n, p in enumerate(points)]), templates
    )["c"].png
    assert drawn != without  # text is really drawn


def test_missing_point_leaves_a_gap(templates) -> None:
    points = [
        point("Aug", D(1), mark="line"),
        point("Sep", None, mark="line"),
        point("Oct", D(3), mark="line"),
    ]
    assert draw_charts(payload_of(points), templates)["c"].png


def test_hostile_label_is_text(templates) -> None:
    points = [point("</script><img src=x onerror=alert(1)>", D(1), "O'Brien & Sons <Ltd>")]
    assert draw_charts(payload_of(points), templates)["c"].png


def test_specs_may_not_load_anything(tmp_path) -> None:
    charts = tmp_path / "charts"
    charts.mkdir()
    spec = """{"mark": "bar", "layer": [{"data": {"url": "https://data.example/x.json"}, "mark": "bar",
               "encoding": {"x": {"field": "a", "type": "nominal"}}}]}"""
    (charts / "remote.vl.json").write_text(spec)
    with pytest.raises(QuarterdeckError, match="the spec remote can't be drawn"):
        draw_charts(payload_of([point("Oct", D(1))], spec="remote"), tmp_path)


def test_unknown_spec_says_what_to_do(templates) -> None:
    with pytest.raises(QuarterdeckError, match=r"expected a Vega-Lite spec nowhere\.vl\.json"):
        draw_charts(payload_of([point("Oct", D(1))], spec="nowhere"), templates)


def test_svg_is_one_picture_with_words_and_ids_of_its_own(templates) -> None:
    chart = payload_of([point('a id="x" url(#y)', D(1))])["charts"][0]
    drawn = draw_svg({**chart, "alt": 'Burn: 1 <of> "2".'}, templates)
    root = ElementTree.fromstring(drawn.svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", 'Burn: 1 <of> "2".')
    assert [e for e in root.iter() if e is not root and (e.get("role") or e.get("aria-hidden"))] == []
    assert 'a id="x" url(#y)' in [e.text for e in root.iter("{http://www.w3.org/2000/svg}text")]
    assert (root.get("width"), root.get("height")) == (str(drawn.width), str(drawn.height))
