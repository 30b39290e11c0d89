"""The delivery ledger, its states, preflight, pacing and the sender."""
