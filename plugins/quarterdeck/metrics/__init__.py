"""SQL files become figures and tables."""
