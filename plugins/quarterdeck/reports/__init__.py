"""The payload, and what is made from it alone: HTML, text, charts."""
