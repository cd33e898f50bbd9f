"""What the log says of what went wrong, and what it never says."""

import io
import logging

import psycopg
import pytest
import structlog

from coterie.kit.logs import configure_logs

PASSWORD = "brisk otter lantern"
SAID = "new row violates a check\nDETAIL:  Failing row contains (Dear\n\nSecretname)."


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_it_was() -> object:
    root = logging.root
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_an_error_is_told_without_what_was_at_hand(stream: type[io.StringIO]) -> None:
    """Neither the values of variables, which may be a password, nor rows of the database, which may be a letter."""
    told = stream()
    configure_logs("info", told)

    def ask(password: str) -> None:
        raise psycopg.errors.CheckViolation(SAID)

    def sign_in(password: str) -> None:
        try:
            ask(password)
        except psycopg.Error as error:
            raise LookupError("and then") from error

    for log in (structlog.get_logger().exception, logging.getLogger("uvicorn.error").exception):
        try:
            sign_in(PASSWORD)
        except LookupError:
            log("it failed")
    said = told.getvalue()
    assert said.count("violates a check") == 2
    assert "it failed" in said and "LookupError: and then" in said and "in sign_in" in said
    assert "brisk otter" not in said and "Secretname" not in said
