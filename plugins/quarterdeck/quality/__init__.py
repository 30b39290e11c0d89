"""Great Expectations decides what may be said: checks and the verdict."""
