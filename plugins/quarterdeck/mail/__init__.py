"""The bytes of a message. No AWS here."""
