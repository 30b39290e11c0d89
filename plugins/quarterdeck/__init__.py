"""Quarterdeck: executive reports for portfolios of small businesses, every day.

``docs/architecture.md`` says what each room is for and which may import which.
"""
