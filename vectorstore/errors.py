"""The one exception family: every error that a person is meant to read."""

from __future__ import annotations


class ReportQAError(Exception):
    """The root. Its text is one line that says what happened and how to mend it."""


class InputError(ReportQAError):
    """The call or the input is unusable; calling again unchanged will not help. Exit code 2."""


class IndexMissingError(ReportQAError):
    """There is no index yet; `reportqa ingest` makes one. Exit code 2."""


class IndexMismatchError(ReportQAError):
    """The index was made by another embedding model or schema; `reportqa ingest --rebuild` mends it. Exit code 2."""


class IndexBusyError(ReportQAError):
    """Another process is writing the index; wait for it and call again. Exit code 2."""


class ProviderError(ReportQAError):
    """A service (Chroma server, embedding endpoint) failed; it may recover. Exit code 2."""
