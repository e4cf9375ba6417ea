"""The tables: where everything that happened is kept.

In each table the small columns come before the large ones, so that a query of the small ones
never reads the pages that hold the texts.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

from topicwire.store.columns import NUMBER, Instant, WireText

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)
OLDER = text("older_url IS NOT NULL AND older_left > 0")  # of a source; said so, its index is found

sources = Table(
    "sources",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("site", Text),
    Column("republish", String, nullable=False),
    Column("interval", Integer),
    Column("paused", Boolean, nullable=False),
    Column("tags", JSON, nullable=False),
    # what the catalogue says beside, where it is not the default: nothing is looked for by it
    Column("options", JSON, nullable=False, server_default=text("'{}'")),
    Column("tag", Text, nullable=False),  # the tag: URI, minted once
    Column("removed", Boolean, nullable=False),  # gone from the catalogue; its entries stay
    Column("entries", Integer, nullable=False),  # how many are stored
    Column("feed_title", Text, nullable=False),
    Column("feed_site", Text),
    Column("feed_id", Text),
    Column("feed_format", String, nullable=False),
    Column("feed_rights", Text, nullable=False),
    Column("feed_hub", Text),
    Column("feed_self", Text),
    Column("feed_warnings", JSON, nullable=False, server_default=text("'[]'")),
    # the numbers of the entries in its last document that was read; None until one was
    Column("shown", JSON(none_as_null=True)),
    Column("merged_into", String),
    Column("next_poll", Instant, nullable=False),
    Column("health", String, nullable=False),
    Column("etag", WireText),
    Column("last_modified", WireText),
    Column("validated_url", WireText),
    Column("body_hash", String),
    Column("parser", Integer, nullable=False),
    Column("last_poll", Instant),
    Column("last_success", Instant),
    Column("last_change", Instant),
    Column("http_status", Integer),
    Column("error", WireText),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Instant),
    Column("gap", Float),
    Column("ttl", Integer),
    Column("skip_hours", JSON, nullable=False, server_default=text("'[]'")),
    Column("skip_days", JSON, nullable=False, server_default=text("'[]'")),
    Column("not_before", Instant),
    Column("pacing", Text, nullable=False, server_default=text("''")),
    Column("moved_url", Text),
    Column("move_target", Text),
    Column("move_count", Integer, nullable=False, server_default=text("0")),
    Column("move_since", Instant),
    Column("older_url", Text),
    Column("older_left", Integer, nullable=False, server_default=text("0")),
    Column("is_slow", Boolean, nullable=False, server_default=false()),
    Column("shape", JSON(none_as_null=True)),  # of the last document
    Column("usual_shape", JSON(none_as_null=True)),  # with which that is compared
    # sources.due and sources.next_due: those whose time has come, earliest first
    Index("ix_sources_next_poll", "next_poll"),
    # sources.backfilling and waiting: those of whose archive a document is still to be read
    Index("ix_sources_older", "id", sqlite_where=OLDER, postgresql_where=OLDER),
)

# of the last document of a source that was read; none where the next has to be read whole
outlines = Table(
    "outlines",
    metadata,
    Column("source_id", ForeignKey("sources.id"), primary_key=True),
    Column("frame", String, nullable=False),
    Column("items", JSON, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("uid", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("revised", Instant, nullable=False),
    Column("published", Instant, nullable=False),  # feed_published, else first_seen
    Column("feed_published", Instant),
    Column("feed_updated", Instant),
    Column("fingerprint", String, nullable=False),
    Column("likeness", String),
    Column("url_key", Text),
    Column("churn", Integer, nullable=False, server_default=text("0")),  # silent edits in a row
    Column("story", BigInteger),  # the entry that first told it; None until settled
    Column("retracted", Instant),
    Column("lang_confidence", Float),
    Column("furniture", JSON, nullable=False, server_default=text("'[]'")),
    Column("title", Text, nullable=False),
    Column("url", Text),
    Column("lang", String),
    Column("rights", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("enclosures", JSON, nullable=False),
    Column("origin", JSON(none_as_null=True)),
    Column("full_lang", String),
    Column("full_confidence", Float),
    Column("full_flags", JSON, nullable=False, server_default=text("'[]'")),
    Column("text", Text, nullable=False),
    Column("summary_html", Text, nullable=False),
    Column("content_html", Text, nullable=False),
    Column("full_text", Text),  # of the article's page; None when none was read
    Column("full_html", Text, nullable=False, server_default=text("''")),
    # polls.save: which entries of a document are known; and that none is ever stored twice
    Index("ux_entries_source_uid", "source_id", "uid", unique=True),
    # judging.unjudged, unjudged_count and place: a range of what is new or revised
    Index("ux_entries_seq", "seq", unique=True),
    # entries.newest of one source
    Index("ix_entries_source_published", "source_id", "published", "id"),
    # entries.newest of all, and so entries.archive
    Index("ix_entries_published", "published", "id"),
    # known.known and kin.kin: the same column under another id, or at another source
    Index("ix_entries_url_key", "url_key", postgresql_using="hash"),  # of any length
    Index("ix_entries_likeness", "likeness"),
    # placing and editions: the entries of one story
    Index("ix_entries_story", "story"),
)

# Other ids by which a source has called an entry since: its own id never changes.
aliases = Table(
    "aliases",
    metadata,
    Column("source_id", ForeignKey("sources.id"), primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), nullable=False),
)

# The pages of articles that are to be fetched, and what came of it.
articles = Table(
    "articles",
    metadata,
    Column("entry_id", ForeignKey("entries.id"), primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("due", Instant),  # None when nothing more is to be tried
    Column("tries", Integer, nullable=False),
    Column("http_status", Integer),
    Column("error", Text),
    # articles.due and next_due
    Index("ix_articles_due", "due"),
    # articles.counts: those of one source
    Index("ix_articles_source", "source_id", "entry_id"),
)

# What is remembered of a source's latest entries, to learn what its site puts around each.
memories = Table(
    "memories",
    metadata,
    Column("source_id", ForeignKey("sources.id"), primary_key=True),
    Column("furniture", JSON, nullable=False),
    Column("recent", JSON, nullable=False),
)

# Hashes of passages and titles of the entries of the last two weeks, to find the same story.
sketches = Table(
    "sketches",
    metadata,
    Column("hash", BigInteger, primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), primary_key=True),
    # settling.keep_sketches: those of an entry that changed; and pruning those that are old
    Index("ix_sketches_entry", "entry_id"),
)

# robots.txt by origin, kept for a day.
robots = Table(
    "robots",
    metadata,
    Column("origin", String, primary_key=True),
    Column("fetched", Instant, nullable=False),
    Column("http_status", Integer),
    Column("etag", WireText),
    Column("last_modified", WireText),
    Column("body", LargeBinary, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("token", String, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("asked", Instant, nullable=False),
    Column("secret", String),
    Column("lease_until", Instant),
    Column("last_push", Instant),
    Column("reason", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    # subscriptions.pushable: those of one source
    Index("ix_subscriptions_source", "source_id"),
)

# What hubs have pushed and nobody has read yet.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("received", Instant, nullable=False),
    Column("content_type", Text),
    Column("body", LargeBinary, nullable=False),
)

topics = Table(
    "topics",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", String, nullable=False),
    Column("feed_id", Text, nullable=False),  # the tag: URI, minted once
    Column("edition", Integer, nullable=False),
    Column("edition_time", Instant, nullable=False),
    Column("judged_seq", BigInteger, nullable=False),
    Column("judged_version", String, nullable=False),
    Column("removed", Boolean, nullable=False),  # gone from the catalogue; comes back as it was
    Column("model", Integer, nullable=False, server_default=text("0")),  # that decides; 0: the rule
    Column("shadow", Integer, nullable=False, server_default=text("0")),  # that is only heard
    Column("private", Boolean, nullable=False, server_default=false()),
    Column("pages", Integer, nullable=False, server_default=text("0")),  # newest archive page
    # judging anew up to this `seq`: what enters meanwhile is published when that is done
    Column("catch_up", BigInteger, nullable=False, server_default=text("0")),
    Column("successor", String),  # the id under which a renamed topic goes on
    Column("definition", JSON, nullable=False),  # the topic and its concepts, as in model
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("topic_id", ForeignKey("topics.id"), primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), primary_key=True),
    Column("version", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("score", Float, nullable=False),
    Column("shadow", Float),  # what a learned model that does not decide yet would say
    Column("reasons", JSON, nullable=False),
    # placing.place_all: what many topics held of an entry
    Index("ix_verdicts_entry", "entry_id"),
)

placements = Table(
    "placements",
    metadata,
    Column("topic_id", ForeignKey("topics.id"), primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), primary_key=True),
    Column("placed", Instant, nullable=False),
    Column("published", Instant, nullable=False),  # the entry's, kept here to sort by
    Column("story", BigInteger),  # the entry's
    # another entry of the story stands in the topic for it: not published
    Column("is_behind", Boolean, nullable=False, server_default=false()),
    # the archive page that it is on, 0: the current document, None: not published (yet)
    Column("page", Integer),
    # editions and arranging: the placements of a document in the order they are published
    Index("ix_placements_order", "topic_id", "page", "placed", "published", "entry_id"),
    # arranging: what is still to be published
    Index(
        "ix_placements_waiting",
        "topic_id",
        sqlite_where=text("page IS NULL AND is_behind = 0"),
        postgresql_where=text("page IS NULL AND NOT is_behind"),
    ),
    # placing and editions: the placements of one story in a topic
    Index("ix_placements_story", "topic_id", "story"),
    # editions.weekly, and entries.newest of one topic
    Index("ix_placements_published", "topic_id", "published", "entry_id", "is_behind"),
    # topics.touch_by_entries: the topics that a revised entry stands in
    Index("ix_placements_entry", "entry_id"),
)

# Entries that were published in a topic and no longer are: readers are told, and one that comes
# back takes its old place.
departures = Table(
    "departures",
    metadata,
    Column("topic_id", ForeignKey("topics.id"), primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), primary_key=True),
    Column("departed", Instant, nullable=False),
    Column("placed", Instant, nullable=False),
    Column("page", Integer, nullable=False),
    # editions: those of a document, the latest first
    Index("ix_departures_page", "topic_id", "page", "departed", "entry_id"),
    Index("ix_departures_order", "topic_id", "departed", "entry_id"),
)

# What an editor decided by hand; it outlives every judgement.
rulings = Table(
    "rulings",
    metadata,
    Column("topic_id", ForeignKey("topics.id"), primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), primary_key=True),
    Column("stand", String, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("made", Instant, nullable=False),
)

# What people say of entries, to measure topics with and to learn from.
labels = Table(
    "labels",
    metadata,
    Column("topic_id", ForeignKey("topics.id"), primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), primary_key=True),
    Column("expect", Boolean, nullable=False),
    Column("who", Text, nullable=False),
    Column("by", String, nullable=False),  # the way it came: "editor" or "feedback"
    Column("made", Instant, nullable=False),
)

# Models learned from labels, one row each time of learning.
learned = Table(
    "learned",
    metadata,
    Column("topic_id", ForeignKey("topics.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("trained", Instant, nullable=False),
    Column("version", String, nullable=False),  # the topic's, that it was learned for
    Column("figures", JSON, nullable=False),
    Column("weights", JSON, nullable=False),
)

# What a second reader answered, so that nothing is asked twice.
answers = Table(
    "answers",
    metadata,
    Column("topic_id", ForeignKey("topics.id"), primary_key=True),
    Column("fingerprint", String, primary_key=True),  # the entry's
    Column("version", String, primary_key=True),  # the topic's question's
    Column("model", String, primary_key=True),
    Column("asked", Instant, nullable=False),
    Column("belongs", Boolean),  # None when it gave no answer that can be used
    Column("reason", Text, nullable=False),
    # answers.asked_since: what of a day's budget is used
    Index("ix_answers_asked", "topic_id", "asked"),
)

# Those who read with a feed of their own; the token itself is never kept.
tokens = Table(
    "tokens",
    metadata,
    Column("digest", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("created", Instant, nullable=False),
    Column("revoked", Instant),
    Column("last_seen", Instant),
    Column("client", Text, nullable=False),
    Column("topics", JSON, nullable=False, server_default=text("'[]'")),  # private, that it opens
)

# Who is told of a topic's new editions: subscribers of our hub, and a hub of somebody else's.
subscribers = Table(
    "subscribers",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("topic_id", ForeignKey("topics.id"), nullable=False),
    Column("format", String, nullable=False),
    Column("callback", Text, nullable=False),
    Column("host", String, nullable=False),  # the callback's
    Column("secret", Text),
    Column("created", Instant, nullable=False),
    Column("lease_until", Instant),  # None for the hub of somebody else's
    Column("edition", Integer, nullable=False),  # the last that was told of
    Column("digest", String),  # of the bytes that were last told of
    Column("due", Instant, nullable=False),  # while one tells, the others leave it alone until then
    Column("failures", Integer, nullable=False),  # in a row
    Column("ms", Integer, nullable=False),  # what the last one took
    Column("error", Text),
    # intents.verified: one callback is subscribed to a document once
    Index("ux_subscribers_callback", "topic_id", "format", "callback", unique=True),
    # subscribers.claim: those that a topic has left behind
    Index("ix_subscribers_edition", "topic_id", "edition", "due"),
    # intents.load: how many of a callback's host there are
    Index("ix_subscribers_host", "host"),
)

# What our hub was asked for and has not verified yet.
intents = Table(
    "intents",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("topic_id", ForeignKey("topics.id"), nullable=False),
    Column("format", String, nullable=False),
    Column("callback", Text, nullable=False),
    Column("host", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("secret", Text),
    Column("lease", Integer, nullable=False),  # seconds
    Column("edition", Integer, nullable=False),  # the topic's when it was asked
    Column("received", Instant, nullable=False),
    Column("due", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    # intents.ask: what a callback asks last counts
    Index("ux_intents_callback", "topic_id", "format", "callback", unique=True),
    # intents.claim: those whose time has come
    Index("ix_intents_due", "due"),
    # intents.load: how many of a callback's host there are
    Index("ix_intents_host", "host"),
)

# What there was of something on a day: entries of a source, placements in a topic.
tallies = Table(
    "tallies",
    metadata,
    Column("counted", String, primary_key=True),
    Column("name", String, primary_key=True),  # the source's or topic's id
    Column("day", Integer, primary_key=True),  # since 1970, in UTC
    Column("amount", Integer, nullable=False),
    # tallies.by_name: the latest days of all
    Index("ix_tallies_day", "counted", "day", "name", "amount"),
)

# What went wrong, and when it was over.
incidents = Table(
    "incidents",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("about", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("began", Instant, nullable=False),
    Column("ended", Instant),
    Column("told", Instant, nullable=False),  # when it was noticed
    Column("what", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("mend", Text, nullable=False),
    # watching.latest and lasting: those that last, and the latest
    Index("ix_incidents_ended", "ended", "told"),
)

# What the daemon did, hour by hour.
hours = Table(
    "hours",
    metadata,
    Column("hour", Integer, primary_key=True),  # since 1970, in UTC
    Column("turns", Integer, nullable=False),
    Column("polls", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("ms", Integer, nullable=False),
    Column("longest", Integer, nullable=False),
    Column("memory", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
)

# When each role last showed that it works.
heartbeats = Table(
    "heartbeats",
    metadata,
    Column("role", String, primary_key=True),
    Column("at", Instant, nullable=False),
)

# `seq`: taken from within the writing transaction, it makes writers queue, so that the order of
# `entries.seq` is the order of commit on every database. `unsettled`: numbers, counted down, for
# entries that are not ready to be judged.
counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
