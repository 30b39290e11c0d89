"""Where things lie in the lake and in the archive: every key is made here."""

from __future__ import annotations

EDITIONS, DELIVERIES, CHAINS = "editions/", "deliveries/", "chains/"


def config_key(config_hash: str) -> str:
    """The resolved config that ``plan`` wrote, under its hash."""
    return f"config/{config_hash}.json"


def snapshots_prefix(as_of: str, tenant: str, dataset: str) -> str:
    """Below it lie the revisions of one snapshot."""
    return f"snapshots/{as_of}/{tenant}/{dataset}/"


def manifest_key(as_of: str, tenant: str, dataset: str, revision: int) -> str:
    """The manifest; a snapshot's revision exists when its manifest does."""
    return f"{snapshots_prefix(as_of, tenant, dataset)}r{revision}/manifest.json"


def snapshot_file_key(as_of: str, tenant: str, dataset: str, revision: int, name: str) -> str:
    """A file beside the manifest, by the name under which the manifest lists it.

    The name holds the hash of the bytes (``part-<hash>.parquet``, ``checks-<hash>.json``), so that of two
    writers of one revision each has its own files, and the manifest that wins names the right ones.
    """
    return f"{snapshots_prefix(as_of, tenant, dataset)}r{revision}/{name}"


def figures_key(as_of: str, tenant: str, ingredients_hash: str) -> str:
    """Figures and verdict of a tenant, under the hash of all that made them."""
    return f"figures/{as_of}/{tenant}/{ingredients_hash}.json"


def salt_key() -> str:
    """The portfolio's salt for fingerprints of secrets: made once, by chance."""
    return "audit/salt"


def docs_prefix(as_of: str, tenant: str) -> str:
    """Data Docs of a tenant's day."""
    return f"docs/{as_of}/{tenant}/"


def run_document_key(as_of: str, run: str, name: str) -> str:
    """A document of a run's record: ``plan``, ``tenants/<t>``, ``conclusion``, ``reports/<r>``."""
    return f"runs/{as_of}/{run}/{name}.json"


def mail_key(as_of: str, run: str) -> str:
    """What a run recorded of the mail of its day."""
    return f"mail/{as_of}/{run}.json"


def mail_prefix(month: str) -> str:
    """Begins the keys of all mail recorded of a month (``2026-03``)."""
    return f"mail/{month}-"


def mail_day(key: str) -> str:
    """The as-of day of a ``mail_key`` or ``mail_news_key``."""
    return key.split("/")[1]


def mail_inputs_key(as_of: str) -> str:
    """The mail of earlier days as the day's figures take it: created once, never replaced."""
    return f"mail_inputs/{as_of}.json"


def mail_news_key(as_of: str, name: str) -> str:
    """What SES's events said of the mail of that day's editions, each time that they were read."""
    return f"mail_news/{as_of}/{name}.json"


def mail_news_prefix(month: str) -> str:
    """Begins the keys of all such news of a month (``2026-03``)."""
    return f"mail_news/{month}-"


def event_aside_key(day: str, name: str) -> str:
    """A message of the queue of mail events that could not be used, with the reason."""
    return f"mail_events/aside/{day}/{name}.json"


def edition_prefix(as_of: str, report: str) -> str:
    """Everything archived of a report's day."""
    return f"{EDITIONS}{as_of}/{report}/"


def edition_key(as_of: str, report: str) -> str:
    """The first payload's hash: created once, never replaced."""
    return f"{edition_prefix(as_of, report)}edition.json"


def revision_key(as_of: str, report: str, revision: int) -> str:
    """A later payload's hash (revision 2, 3, …): created once, never replaced."""
    return f"{edition_prefix(as_of, report)}revisions/{revision}.json"


def inputs_key(as_of: str, report: str) -> str:
    """The frozen inputs of an edition."""
    return f"{edition_prefix(as_of, report)}inputs.json"


def payload_prefix(as_of: str, report: str, payload_hash: str) -> str:
    """The files made from one payload."""
    return f"{edition_prefix(as_of, report)}{payload_hash}/"


def message_key(as_of: str, report: str, delivery_id: str) -> str:
    """The bytes of one message as sent."""
    return f"{DELIVERIES}{as_of}/{report}/{delivery_id}.eml"


def edition_days_prefix(report: str) -> str:
    """Below it lies one small object per day for which an edition of the report was archived."""
    return f"edition_days/{report}/"


def edition_day_key(as_of: str, report: str) -> str:
    """Says that there may be an edition of that day: written just before the edition itself."""
    return f"{edition_days_prefix(report)}{as_of}.json"


def links_prefix(report: str) -> str:
    """Below it lie the links of a report's chain."""
    return f"{CHAINS}{report}/links/"


def link_key(report: str, number: int) -> str:
    """One link of the chain, counted from 1: created once, never replaced."""
    return f"{links_prefix(report)}{number:08d}.json"


def chain_head_key(report: str) -> str:
    """The last link as noted: the one object of the archive that is replaced."""
    return f"{CHAINS}{report}/head.json"


def chain_place_key(report: str, as_of: str, name: str) -> str:
    """Which link an edition or message has."""
    return f"{CHAINS}{report}/placed/{as_of}/{name}.json"
