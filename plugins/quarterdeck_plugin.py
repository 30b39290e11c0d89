"""The one file that Airflow loads as a plugin; .airflowignore hides the package beside it."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin


class QuarterdeckPlugin(AirflowPlugin):
    """Makes the installation visible under Admin > Plugins; the package is found through this folder."""

    name = "quarterdeck"
