"""Pages for the people who decide."""
