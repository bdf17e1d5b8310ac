"""Every error that a user can meet: what is wrong, where, and what to do next."""


class QuietdropError(Exception):
    """Something a user can act on. `exit_code` is what the command line returns for it."""

    exit_code = 1


class ConfigError(QuietdropError):
    """The config file cannot be used; the message holds one line for each thing that is wrong."""

    exit_code = 2


class UsageError(QuietdropError):
    """The command was called in a way that makes no sense."""

    exit_code = 2


class SourceError(QuietdropError):
    """A file, table or column that the config names cannot be read."""

    exit_code = 2


class UnsafePath(QuietdropError):
    """A file is not written where it was asked for: a link or no file is in the way."""

    exit_code = 2


class StoreError(QuietdropError):
    """quietdrop's own database cannot be opened or is from a newer release."""


class LinkRefused(QuietdropError):
    """A link or a form that opens nothing. `why` is a key of what the pages say to it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This link cannot be used: {why}.")
        self.why = why


class StoreAway(StoreError):
    """The server of quietdrop's own database does not answer; it may be restarting."""


class RunBusy(QuietdropError):
    """Another process is at the same run."""


class ClusterError(QuietdropError):
    """The cluster that a fleet is to run on cannot be used."""
