"""What can go wrong, with the server's stable codes."""

from __future__ import annotations

from typing import Any


class SummitError(Exception):
    """A refusal or failure that Summit told.

    code: stable, for example ``NOT_FOUND`` or ``RATE_LIMITED``.
    retry_after: seconds to wait before trying again, where that helps.
    request_id: what to quote to an operator.
    """

    def __init__(self, code: str, message: str, *, retry_after: float | None = None, request_id: str | None = None,
                 details: dict[str, Any] | None = None) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.request_id = request_id
        self.details = details or {}


class ImportFailed(SummitError):
    """The import ended without being done; ``details['import']`` is its id. What it had committed is kept."""
