from __future__ import annotations

import os
from pathlib import Path

import pytest

from quarterdeck.errors import ConfigError, RequestError
from quarterdeck.settings.places import Places
from quarterdeck.settings.reading import config_mistakes, list_portfolios, read_config

REAL_INCLUDE = Path(__file__).parents[3] / "include"

PORTFOLIO = """\
title: Harbour
owner: owner
timezone: America/Los_Angeles
schedule: "0 6 * * *"
currency: USD
lead_tenant: jada
aws: {connection: aws_default, region: us-west-2}
storage: {lake: "file://lake", archive: "file://archive", ledger_table: deliveries}
sender: {address: reports@harbour.example, name: Reports, reply_to: me@harbour.example, configuration_set: c}
oversight: {env: BCC_ADDRESS}
preview: owner@harbour.example
allowed_domains: [harbour.example]
recipients:
  cfo: [cfo@harbour.example, {env: RECIPIENT_EMAIL}]
reports: [cfo]
"""
TENANT = """\
title: Jada
kind: charter
currency: USD
datasets:
  bookings:
    from: files
    path: "bookings/*.csv"
    format: csv
    columns: {price: amount, created_at: made, currency: {default: USD}}
"""
REPORT = """\
title: CFO report
role: cfo
due: 07:30
kpis: [{metric: cash_total, headline: true}]
sections: []
"""
DATASET = """\
title: Bookings
key: [booking_id]
timing: events
columns:
  booking_id: {type: text, required: true}
  price: {type: money}
"""
ENVIRON = {"BCC_ADDRESS": "audit@harbour.example", "RECIPIENT_EMAIL": "second@harbour.example"}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    include = tmp_path / "include"
    for name, text in {
        "datasets/bookings.yaml": DATASET,
        "reports/cfo.yaml": REPORT,
        "sql/metrics/cash/cash_total.sql": "",
        "portfolios/harbour/portfolio.yaml": PORTFOLIO,
        "portfolios/harbour/tenants/jada.yaml": TENANT,
    }.items():
        path = include / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Places(include, (include / "portfolios",), tmp_path / "var")


def _replace(places: Places, name: str, old: str, new: str) -> None:
    path = places.include / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _said(places: Places, environ: dict[str, str] = ENVIRON) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_config("harbour", places, environ)
    return [
        f"{Path(mistake.file).name}:{mistake.line}: {mistake.message}" for mistake in caught.value.mistakes
    ]


def test_a_config_with_everything_resolved(places: Places) -> None:
    config = read_config("harbour", places, ENVIRON)
    assert config.portfolio.id == "harbour"
    assert [tenant.id for tenant in config.portfolio.tenants] == ["jada"]
    assert config.portfolio.oversight == "audit@harbour.example"
    assert config.portfolio.recipients["cfo"] == ("cfo@harbour.example", "second@harbour.example")
    assert list(config.reports) == ["cfo"]
    assert config.reports["cfo"].due.isoformat() == "07:30:00"
    dumped = config.model_dump(mode="json", by_alias=True)
    assert type(config).model_validate(dumped) == config


def test_an_unknown_portfolio_names_the_known_ones(places: Places) -> None:
    with pytest.raises(RequestError, match=r"no portfolio 'harbor'.*known: harbour"):
        read_config("harbor", places, ENVIRON)


def test_mistakes_of_all_files_at_once(places: Places) -> None:
    _replace(places, "portfolios/harbour/portfolio.yaml", "reports: [cfo]", "reports: [cfo, ceo]")
    _replace(places, "portfolios/harbour/portfolio.yaml", "lead_tenant: jada", "lead_tenant: jade")
    _replace(places, "portfolios/harbour/portfolio.yaml", "\n  cfo: [", "\n  cmo: [")
    _replace(
        places,
        "portfolios/harbour/portfolio.yaml",
        "preview: owner@harbour.example",
        "preview: o@other.example",
    )
    _replace(places, "portfolios/harbour/tenants/jada.yaml", "price: amount", "prise: amount")
    _replace(
        places,
        "portfolios/harbour/tenants/jada.yaml",
        "datasets:\n",
        "datasets:\n  boking: {from: files, path: x, format: csv}\n",
    )
    _replace(places, "datasets/bookings.yaml", "key: [booking_id]", "key: [id]")
    _replace(places, "reports/cfo.yaml", "metric: cash_total", "metric: cash_totel")
    assert _said(places) == [
        "bookings.yaml:2: unknown column 'id': known: booking_id, price",
        "portfolio.yaml:6: unknown tenant 'jade': did you mean 'jada'? known: jada",
        "portfolio.yaml:11: expected an address in one of allowed_domains (harbour.example), found another",
        "portfolio.yaml:14: unknown report 'cmo': did you mean 'cfo'? known: ceo, cfo",
        "portfolio.yaml:15: unknown report 'ceo': did you mean 'cfo'? known: cfo",
        "jada.yaml:5: unknown dataset 'boking': did you mean 'bookings'? known: bookings",
        "jada.yaml:10: unknown column of bookings 'prise': did you mean 'price'? "
        "known: booking_id, created_at, currency, price",
        "cfo.yaml:4: unknown metric 'cash_totel': did you mean 'cash_total'? known: cash_total",
    ]


def test_a_variable_that_is_not_set(places: Places) -> None:
    assert _said(places, {"BCC_ADDRESS": "audit@harbour.example"}) == [
        "portfolio.yaml:14: expected the environment variable RECIPIENT_EMAIL, found none: set it"
    ]


@pytest.mark.parametrize("address", ["secret@elsewhere.example", "secret-without-at", "secret@bad domain"])
def test_a_resolved_address_is_never_printed(places: Places, address: str) -> None:
    said = _said(places, {**ENVIRON, "BCC_ADDRESS": address})
    assert len(said) == 1
    assert said[0].startswith("portfolio.yaml:10: expected an ")
    assert "secret" not in str(said)


def test_only_what_yaml_names_is_read_from_the_environment(places: Places) -> None:
    config = read_config("harbour", places, {**ENVIRON, "AWS_SES_REGION": "eu-west-1"})
    assert config.portfolio.aws.region == "us-west-2"


def test_a_tenant_file_with_another_ending_is_not_passed_over(places: Places) -> None:
    path = places.include / "portfolios/harbour/tenants/jada.yaml"
    path.with_name("second.yml").write_text(path.read_text())
    assert _said(places) == ["second.yml:1: expected the ending .yaml, found .yml: rename it"]


def test_heads_are_there_for_broken_portfolios_too(places: Places) -> None:
    portfolios = places.include / "portfolios"
    for name, text in {
        "broken": "title: [",
        "odd": PORTFOLIO.replace("America/Los_Angeles", "America/Los_Angelos"),
        "elsewhere": PORTFOLIO.replace("reports: [cfo]", "reports: [none]"),
    }.items():
        (portfolios / name).mkdir()
        (portfolios / name / "portfolio.yaml").write_text(text)
    heads = {head.id: head for head in list_portfolios(places)}
    assert sorted(heads) == ["broken", "elsewhere", "harbour", "odd"]
    assert heads["harbour"].error is None
    assert heads["harbour"].schedule == "0 6 * * *"
    assert (heads["broken"].timezone, heads["broken"].schedule) == ("UTC", None)
    assert "portfolio.yaml:2: not valid YAML" in str(heads["broken"].error)
    assert heads["odd"].title == "Harbour"
    assert heads["odd"].timezone == "UTC"
    assert "America/Los_Angelos" in str(heads["odd"].error)
    assert heads["elsewhere"].error is None  # only `plan` looks at the rest


def test_check_reads_every_portfolio_and_finds_two_of_one_name(places: Places, tmp_path: Path) -> None:
    assert config_mistakes(places, ENVIRON) == []
    other = tmp_path / "more" / "harbour"
    other.mkdir(parents=True)
    (other / "portfolio.yaml").write_text(PORTFOLIO)
    both = Places(places.include, (*places.portfolios, other.parent), places.home)
    [mistake] = config_mistakes(both, ENVIRON)
    assert mistake.message == "expected one portfolio harbour, found two: rename one folder"


def test_places_from_the_environment(tmp_path: Path) -> None:
    default = Places.from_environment({})
    assert default.include == REAL_INCLUDE
    assert default.portfolios == (REAL_INCLUDE / "portfolios",)
    assert default.home == REAL_INCLUDE.parent / "var"
    named = Places.from_environment(
        {
            "QUARTERDECK_INCLUDE": "/i",
            "QUARTERDECK_PORTFOLIOS": os.pathsep.join(["/p", "/q"]),
            "QUARTERDECK_HOME": "/h",
        }
    )
    assert named == Places(Path("/i"), (Path("/p"), Path("/q")), Path("/h"))


def test_portfolios_of_one_ses_account_share_a_sending_budget(places: Places) -> None:
    second = places.include / "portfolios" / "marina"
    (second / "tenants").mkdir(parents=True)
    (second / "tenants" / "jada.yaml").write_text(TENANT)
    of_its_own = PORTFOLIO.replace("ledger_table: deliveries", "ledger_table: others")
    (second / "portfolio.yaml").write_text(of_its_own)
    [mistake] = config_mistakes(places, ENVIRON)
    assert mistake.file.endswith("marina/portfolio.yaml")
    assert mistake.message.endswith("set storage.budget_table to deliveries")
    shared = of_its_own.replace("ledger_table: others", "ledger_table: others, budget_table: deliveries")
    (second / "portfolio.yaml").write_text(shared)
    assert config_mistakes(places, ENVIRON) == []
    (second / "portfolio.yaml").write_text(of_its_own.replace("us-west-2", "eu-west-1"))
    assert config_mistakes(places, ENVIRON) == []
