"""YAML text becomes typed config, every mistake with its file and line."""
