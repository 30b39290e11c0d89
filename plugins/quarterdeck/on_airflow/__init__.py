"""Connections, params, operators and the builder of the DAG: the only room that imports Airflow."""
