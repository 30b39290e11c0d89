"""Stores, canonical JSON, schemas, snapshots, figures and editions."""
