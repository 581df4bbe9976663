"""Words of notices: news that is no trade. `notice.<code>` is the headline, `notice.<code>.why` the rest."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "notice.start": "▶ The desk is back",
    "notice.feed_lost": "⚠ No prices from {feed}",
    "notice.feed_lost.why": "{reason}. Nothing new is opened on stale prices; exits at the venue stand, "
    "exits that this desk watches wait for a price.",
    "notice.feed_back": "✅ Prices from {feed} are back",
    "notice.feed_ended": "■ {feed} has ended",
    "notice.feed_ended.why": "No more prices come: entries are closed.",
}
