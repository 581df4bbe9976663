"""What the contract suites share."""

from tests.fakes.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
