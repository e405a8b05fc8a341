"""One folder per place."""
