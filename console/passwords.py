"""Checks passwords with argon2, with the same work whether or not the user exists."""

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline.records import User

AT_ONCE = 2  # a check takes 64 MB and a core; more at once would let a guesser fill the machine
LONGEST = 1_000  # characters


class Passwords:
    """The checker; call it from a thread, a check takes tens of milliseconds."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(24))
        self._slots = BoundedSemaphore(AT_ONCE)

    def right(self, user: User | None, password: str) -> bool:
        """Whether this is the user's password; for nobody a password is checked too, and is wrong."""
        known = self._nobody if user is None else user.password_hash
        with self._slots:
            try:
                self._hasher.verify(known, password[:LONGEST])
            except (VerificationError, InvalidHashError):
                return False
        return user is not None
