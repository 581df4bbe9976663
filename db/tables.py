"""The schema. `migrations/` must produce exactly this; a test compares both on both databases.

Instants are integers: microseconds since 1970, UTC. Decimals are `ExactDecimal` or stand in JSON as text.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from db.exact import ExactDecimal
from db.tables_metadata import METADATA as METADATA
from db.tables_profiles import AUTOMATIC as AUTOMATIC
from db.tables_profiles import PROFILE as PROFILE
from db.tables_profiles import SCORECARD as SCORECARD
from db.tables_profiles import SERIES as SERIES
from db.tables_vault import SECRET as SECRET
from db.tables_vault import SECRET_VERSION as SECRET_VERSION
from db.tables_vault import SECRETS as SECRETS
from db.tables_vault import VAULT_KEY as VAULT_KEY
from db.tables_vault import VENUE_KEY as VENUE_KEY

APPLICATION_ID = 0x4F4F6A31
"""Written into every SQLite file of ours (`OOj1`), so that a foreign file is never taken for one."""

HEAD_REVISION = "0009"
"""The newest migration; compared by SQL at start, so that Alembic need not be imported."""

# ------------------------------------------------------------ the authority

STREAM = Table(
    "stream",
    METADATA,
    Column("stream", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String, nullable=False),
    PrimaryKeyConstraint("stream"),
    sqlite_with_rowid=False,
)

EVENT = Table(
    "event",
    METADATA,
    Column("stream", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("name", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("correlation_id", String, nullable=False),
    Column("causation_id", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", String, nullable=False),
    PrimaryKeyConstraint("stream", "seq"),
    sqlite_with_rowid=False,
)

COMMAND_KEY = Table(
    "command_key",
    METADATA,
    Column("command_id", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("stream", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("command_id"),
    sqlite_with_rowid=False,
)

SNAPSHOT = Table(
    "snapshot",
    METADATA,
    Column("stream", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("stream", "seq"),
)

LEASE = Table(
    "lease",
    METADATA,
    Column("shard", String, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    PrimaryKeyConstraint("shard"),
)

# ------------------------------------------------------------ derived; may be dropped and rebuilt

ORDER_ROW = Table(
    "order_row",
    METADATA,
    Column("account", String, nullable=False),
    Column("order_id", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("symbol", String, nullable=False),
    Column("status", String, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("order_id"),
    Index(None, "account", "seq"),
    sqlite_with_rowid=False,
)

REQUEST_ROW = Table(
    "request_row",
    METADATA,
    Column("account", String, nullable=False),
    Column("order_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("status", String, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("order_id", "number"),
    sqlite_with_rowid=False,
)

POSITION_ROW = Table(
    "position_row",
    METADATA,
    Column("account", String, nullable=False),
    Column("position_id", String, nullable=False),
    Column("symbol", String, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("closed_seq", BigInteger, nullable=False),
    Column("closed_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("position_id"),
    Index(None, "account", "closed_seq"),
    sqlite_with_rowid=False,
)

FILL = Table(
    "fill",
    METADATA,
    Column("account", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("symbol", String, nullable=False),
    Column("side", String, nullable=False),
    Column("quantity", ExactDecimal(), nullable=False),
    Column("price", ExactDecimal(), nullable=False),
    Column("fee", ExactDecimal(), nullable=False),
    Column("currency", String, nullable=False),
    Column("realised", ExactDecimal(), nullable=False),
    Column("client_order_id", String, nullable=False),
    Column("order_id", String, nullable=False),
    Column("position_id", String, nullable=False),
    Column("fill_id", String, nullable=False),
    Column("role", String, nullable=False),
    Column("tag", String, nullable=False),
    PrimaryKeyConstraint("account", "seq"),
    sqlite_with_rowid=False,
)

BOOKING = Table(
    "booking",
    METADATA,
    Column("account", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("line", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("event", String, nullable=False),
    Column("book", String, nullable=False),
    Column("value", ExactDecimal(), nullable=False),
    Column("currency", String, nullable=False),
    PrimaryKeyConstraint("account", "seq", "line"),
    sqlite_with_rowid=False,
)

TOTAL = Table(
    "total",
    METADATA,
    Column("account", String, nullable=False),
    Column("book", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("value", ExactDecimal(), nullable=False),
    PrimaryKeyConstraint("account", "book", "currency"),
    sqlite_with_rowid=False,
)

LISTED = Table(
    "listed",
    METADATA,
    Column("account", String, nullable=False),
    Column("symbol", String, nullable=False),
    Column("multiplier", ExactDecimal(), nullable=False),
    PrimaryKeyConstraint("account", "symbol"),
    sqlite_with_rowid=False,
)

MENTION = Table(
    "mention",
    METADATA,
    Column("stream", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("stream", "subject", "seq"),
    sqlite_with_rowid=False,
)

DERIVED = (ORDER_ROW, REQUEST_ROW, POSITION_ROW, FILL, BOOKING, TOTAL, LISTED, MENTION)

# ------------------------------------------------------------ registers

PENDING = Table(
    "pending",
    METADATA,
    Column("nonce", String, nullable=False),
    Column("person", String, nullable=False),
    Column("chat", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("nonce"),
    Index(None, "expires_at"),
)

SETTING = Table(
    "setting",
    METADATA,
    Column("person", String, nullable=False),
    Column("name", String, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("person", "name"),
)

META = Table(
    "meta",
    METADATA,
    Column("name", String, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("name"),
)

CURSOR = Table(
    "cursor",
    METADATA,
    Column("reader", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("reader", "stream"),
)

# ------------------------------------------------------------ chats

INBOX = Table(
    "inbox",
    METADATA,
    Column("platform", String, nullable=False),
    Column("update_id", String, nullable=False),
    Column("chat", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("platform", "update_id"),
    Index(None, "platform", "state"),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

IDENTITY = Table(
    "identity",
    METADATA,
    Column("platform", String, nullable=False),
    Column("user", String, nullable=False),
    Column("person", String, nullable=False),
    Column("name", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("platform", "user"),
)

CHANNEL = Table(
    "channel",
    METADATA,
    Column("platform", String, nullable=False),
    Column("chat", String, nullable=False),
    Column("person", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("state", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("platform", "chat"),
)

DELIVERY = Table(
    "delivery",
    METADATA,
    Column("channel", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("person", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("told_at", BigInteger, nullable=False),
    Column("message", String, nullable=False),
    PrimaryKeyConstraint("channel", "stream", "seq"),
    Index(None, "state"),
    Index(None, "person", "at"),
    sqlite_with_rowid=False,
)

CARD = Table(
    "card",
    METADATA,
    Column("channel", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("message", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("channel", "subject"),
    Index(None, "at"),
)

BOARD = Table(
    "board",
    METADATA,
    Column("channel", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("person", String, nullable=False),
    Column("message", String, nullable=False),
    Column("is_pinned", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("channel", "kind"),
)

CHATS = (INBOX, IDENTITY, CHANNEL, DELIVERY, CARD, BOARD)

GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER event_refuses_{verb.lower()} BEFORE {verb} ON event "
        f"BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$",
        "CREATE TRIGGER event_refuses_change BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER event_refuses_truncate BEFORE TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ),
}
"""What keeps rows of `event` as they were written, by database."""
