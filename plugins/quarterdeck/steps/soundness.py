"""Whether the definitions are sound, found out once: without mistakes they stay so until they change."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from quarterdeck.lake.documents import content_hash, to_bytes
from quarterdeck.metrics.engine import engine_versions
from quarterdeck.steps.fingerprints import definitions_hash, program_hash

if TYPE_CHECKING:
    from quarterdeck.errors import Mistake
    from quarterdeck.settings.places import Places

log = logging.getLogger(__name__)


def definition_mistakes(places: Places) -> list[Mistake]:
    """Mistakes in what all portfolios share, as ``checking`` finds them.

    Parsing all SQL takes seconds. That there were none is kept below ``home/cache``, under the hash of the
    definitions and of the program that looked at them.
    """
    looked_at = {
        "definitions": definitions_hash(places.include),
        "program": program_hash(),
        "engine": engine_versions(),
    }
    stamp = places.home / "cache" / f"sound-{content_hash(to_bytes(looked_at))}"
    if stamp.exists():
        return []
    from quarterdeck.steps import checking

    mistakes = checking.definition_mistakes(places)
    if not mistakes:
        try:
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.touch()
        except OSError as error:
            log.info(
                "check: that the definitions are sound could not be kept, so it is looked again: %s", error
            )
    return mistakes
