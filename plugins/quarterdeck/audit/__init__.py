"""Bytes of code to facts: syntax, languages, imports, use of credentials, secrets."""
