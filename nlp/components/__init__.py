"""One spaCy component per file."""
