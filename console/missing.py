"""The error of a page that asks for something which is not there, or not in this area."""


class Missing(Exception):
    """There is no such thing; the message names its kind."""
