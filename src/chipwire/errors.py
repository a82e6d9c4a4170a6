"""The one tree of errors a person can meet; every message says what, where and what to do.

Weather (a feed that is down, a mailbox that is full) is a value, never an exception: see the outcomes
in `chipwire.domain`. What is raised here is either a mistake of the person or a defect of the machine.
"""


class ChipwireError(Exception):
    """Root of the tree; `str(error)` is fit to be shown to a person as it is."""


class ConfigError(ChipwireError):
    """A setting or a file in data/ is wrong; the message names the file, the place and the mend."""


class StoreError(ChipwireError):
    """The database cannot be used: locked, corrupt, read-only, full, or made by a newer chipwire."""


class NotFound(ChipwireError):
    """Something asked for by id does not exist."""


class Conflict(ChipwireError):
    """Something of that name or address is there already."""


class BadQuery(ChipwireError):
    """A filter or search expression cannot be understood; `place` is a 0-based character offset or None."""

    def __init__(self, message: str, *, parameter: str, place: int | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.place = place

    @property
    def told(self) -> str:
        """For people: with the character, counted from 1, where words to search for go wrong."""
        points = self.parameter == "q" and self.place is not None
        return f"{self} (at character {(self.place or 0) + 1})" if points else str(self)


class TooCostly(ChipwireError):
    """A question takes more work than anyone may ask for at once."""


class SendStopped(ChipwireError):
    """The mail server, or this machine, refused us and not a reader: the run stops and nobody is suppressed."""
