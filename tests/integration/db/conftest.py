"""What the tests of the store on real files and servers share."""

from tests.fakes.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
