"""Why a file cannot be read, as a code and the figures behind it; the words are elsewhere.

Nothing in this module needs Django: it is imported by the child process that parses.
"""

from typing import Any


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """A file that is not read, with a stable code and the figures its sentence names."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
