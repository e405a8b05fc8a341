"""One file per spider kind."""
