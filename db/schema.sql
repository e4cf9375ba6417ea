CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE counters (
  name VARCHAR NOT NULL,
  value BIGINT NOT NULL,
  CONSTRAINT pk_counters PRIMARY KEY (name)
);
CREATE TABLE entries (
  id INTEGER NOT NULL,
  source_id VARCHAR NOT NULL,
  uid TEXT NOT NULL,
  seq BIGINT NOT NULL,
  revision INTEGER NOT NULL,
  first_seen BIGINT NOT NULL,
  revised BIGINT NOT NULL,
  published BIGINT NOT NULL,
  feed_published BIGINT,
  feed_updated BIGINT,
  fingerprint VARCHAR NOT NULL,
  title TEXT NOT NULL,
  url TEXT,
  lang VARCHAR,
  rights TEXT NOT NULL,
  authors JSON NOT NULL,
  tags JSON NOT NULL,
  enclosures JSON NOT NULL,
  origin JSON,
  text TEXT NOT NULL,
  summary_html TEXT NOT NULL,
  content_html TEXT NOT NULL,
  CONSTRAINT pk_entries PRIMARY KEY (id),
  CONSTRAINT fk_entries_source_id FOREIGN KEY(source_id) REFERENCES sources (id)
);
CREATE INDEX ix_entries_published ON entries (published, id);
CREATE INDEX ix_entries_source_published ON entries (source_id, published, id);
CREATE UNIQUE INDEX ux_entries_seq ON entries (seq);
CREATE UNIQUE INDEX ux_entries_source_uid ON entries (source_id, uid);
CREATE TABLE placements (
  topic_id VARCHAR NOT NULL,
  entry_id INTEGER NOT NULL,
  placed BIGINT NOT NULL,
  published BIGINT NOT NULL,
  CONSTRAINT pk_placements PRIMARY KEY (topic_id, entry_id),
  CONSTRAINT fk_placements_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id),
  CONSTRAINT fk_placements_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id)
);
CREATE INDEX ix_placements_entry ON placements (entry_id);
CREATE INDEX ix_placements_order ON placements (topic_id, placed, published, entry_id);
CREATE INDEX ix_placements_published ON placements (topic_id, published, entry_id);
CREATE TABLE sources (
  id VARCHAR NOT NULL,
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  site TEXT,
  republish VARCHAR NOT NULL,
  interval INTEGER,
  paused BOOLEAN NOT NULL,
  tags JSON NOT NULL,
  tag TEXT NOT NULL,
  removed BOOLEAN NOT NULL,
  entries INTEGER NOT NULL,
  feed_title TEXT NOT NULL,
  feed_site TEXT,
  feed_id TEXT,
  feed_format VARCHAR NOT NULL,
  feed_rights TEXT NOT NULL,
  next_poll BIGINT NOT NULL,
  health VARCHAR NOT NULL,
  etag TEXT,
  last_modified TEXT,
  validated_url TEXT,
  body_hash VARCHAR,
  parser INTEGER NOT NULL,
  last_poll BIGINT,
  last_success BIGINT,
  last_change BIGINT,
  http_status INTEGER,
  error TEXT,
  failures INTEGER NOT NULL,
  gap FLOAT,
  ttl INTEGER,
  CONSTRAINT pk_sources PRIMARY KEY (id)
);
CREATE INDEX ix_sources_next_poll ON sources (next_poll);
CREATE TABLE topics (
  id VARCHAR NOT NULL,
  version VARCHAR NOT NULL,
  feed_id TEXT NOT NULL,
  edition INTEGER NOT NULL,
  edition_time BIGINT NOT NULL,
  judged_seq BIGINT NOT NULL,
  judged_version VARCHAR NOT NULL,
  removed BOOLEAN NOT NULL,
  definition JSON NOT NULL,
  CONSTRAINT pk_topics PRIMARY KEY (id)
);
CREATE TABLE verdicts (
  topic_id VARCHAR NOT NULL,
  entry_id INTEGER NOT NULL,
  version VARCHAR NOT NULL,
  revision INTEGER NOT NULL,
  accepted BOOLEAN NOT NULL,
  score FLOAT NOT NULL,
  reasons JSON NOT NULL,
  CONSTRAINT pk_verdicts PRIMARY KEY (topic_id, entry_id),
  CONSTRAINT fk_verdicts_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id),
  CONSTRAINT fk_verdicts_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id)
);
