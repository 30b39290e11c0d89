"""Great Expectations itself: one context, one validation for each frame, never one for each expectation."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from quarterdeck.quality.suites import Expectation

_SHOWN = 20


@dataclass(frozen=True)
class Outcome:
    """What one expectation came to. ``error``: why it could not be evaluated.

    ``rows`` failed of ``of`` that were looked at; ``failing`` are up to 20 of them, each with the columns
    that name it and those that were looked at. ``observed`` is that of expectations on a whole column.
    """

    success: bool
    error: str | None = None
    rows: int = 0
    of: int = 0
    failing: tuple[dict[str, Any], ...] = ()
    observed: Any = None


@dataclass
class Engine:
    """A context of Great Expectations, and the results so far by name (for Data Docs)."""

    results: dict[str, Any] = field(default_factory=dict)
    _context: Any = None
    _pandas: Any = None

    def _open(self) -> None:
        # Read when the library is imported: no call home, not even to say that there is none.
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        logging.getLogger("great_expectations").setLevel(logging.WARNING)
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._pandas = self._context.data_sources.add_pandas("pandas")

    def validate(
        self, name: str, frame: pd.DataFrame, expectations: Sequence[Expectation], naming: Sequence[str]
    ) -> tuple[Outcome, ...]:
        """One validation of a frame (of pandas' default dtypes); an outcome for each expectation, in order.

        ``naming`` are the columns that name a failing row. A missing column is an error of the expectations
        that look at it, and of these alone.
        """
        if self._context is None:
            self._open()
        result = self._run(name, frame, expectations, naming)
        for one in result.results:
            for part in _exceptions(one.exception_info):
                part["exception_traceback"] = ""  # Data Docs would show it, with the paths of this machine
        self.results[name] = result
        found = {one.expectation_config.meta["place"]: one for one in result.results}
        return tuple(
            _outcome(found[place], expectation, frame) for place, expectation in enumerate(expectations)
        )

    def _run(
        self, name: str, frame: pd.DataFrame, expectations: Sequence[Expectation], naming: Sequence[str]
    ) -> Any:
        import great_expectations as gx
        from great_expectations.expectations.registry import get_expectation_impl

        whole = self._pandas.add_dataframe_asset(name).add_batch_definition_whole_dataframe("whole")
        built = [
            get_expectation_impl(one.type)(**one.kwargs, description=one.title, meta={"place": place})
            for place, one in enumerate(expectations)
        ]
        # All at once: each that is added to a suite of the context makes it write the whole suite anew.
        suite = self._context.suites.add(gx.ExpectationSuite(name=name, expectations=built))
        definition = gx.ValidationDefinition(name=name, data=whole, suite=suite)
        self._context.validation_definitions.add(definition)
        form: dict[str, Any] = {"result_format": "SUMMARY", "partial_unexpected_count": _SHOWN}
        if naming:
            form["unexpected_index_column_names"] = list(naming)
        return definition.run(batch_parameters={"dataframe": frame}, result_format=form)


def _outcome(one: Any, expectation: Expectation, frame: pd.DataFrame) -> Outcome:
    if lacking := [column for column in expectation.columns if column not in frame.columns]:
        return Outcome(success=False, error=f"column missing: {', '.join(lacking)}")
    if (raised := _raised(one.exception_info)) is not None:
        return Outcome(success=False, error=f"could not be evaluated: {raised}")
    result = one.result
    return Outcome(
        success=bool(one.success),
        rows=int(result.get("unexpected_count") or 0),
        of=int(result.get("element_count") or 0),
        failing=tuple(result.get("partial_unexpected_index_list") or ()),
        observed=result.get("observed_value"),
    )


def _exceptions(info: Any) -> list[dict[str, Any]]:
    """The exceptions of one result: the library nests them by metric, or not at all."""
    if not info:
        return []
    parts = [info] if "raised_exception" in info else list(info.values())
    return [part for part in parts if part.get("raised_exception")]


def _raised(info: Any) -> str | None:
    """The first line of the first exception."""
    messages = [str(part["exception_message"]) for part in _exceptions(info)]
    return messages[0].splitlines()[0] if messages else None
