"""A made-up borough and its little local web."""
