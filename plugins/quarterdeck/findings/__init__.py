"""Rules over figures become findings with a history, and recommendations."""
