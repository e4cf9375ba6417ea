CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE aliases (
  source_id VARCHAR NOT NULL,
  uid TEXT NOT NULL,
  entry_id INTEGER NOT NULL,
  CONSTRAINT pk_aliases PRIMARY KEY (source_id, uid),
  CONSTRAINT fk_aliases_source_id FOREIGN KEY(source_id) REFERENCES sources (id),
  CONSTRAINT fk_aliases_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id)
);
CREATE TABLE answers (
  topic_id VARCHAR NOT NULL,
  fingerprint VARCHAR NOT NULL,
  version VARCHAR NOT NULL,
  model VARCHAR NOT NULL,
  asked BIGINT NOT NULL,
  belongs BOOLEAN,
  reason TEXT NOT NULL,
  CONSTRAINT pk_answers PRIMARY KEY (topic_id, fingerprint, version, model),
  CONSTRAINT fk_answers_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id)
);
CREATE INDEX ix_answers_asked ON answers (topic_id, asked);
CREATE TABLE articles (
  entry_id INTEGER NOT NULL,
  source_id VARCHAR NOT NULL,
  due BIGINT,
  tries INTEGER NOT NULL,
  http_status INTEGER,
  error TEXT,
  CONSTRAINT pk_articles PRIMARY KEY (entry_id),
  CONSTRAINT fk_articles_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id),
  CONSTRAINT fk_articles_source_id FOREIGN KEY(source_id) REFERENCES sources (id)
);
CREATE INDEX ix_articles_due ON articles (due);
CREATE INDEX ix_articles_source ON articles (source_id, entry_id);
CREATE TABLE counters (
  name VARCHAR NOT NULL,
  value BIGINT NOT NULL,
  CONSTRAINT pk_counters PRIMARY KEY (name)
);
CREATE TABLE deliveries (
  id INTEGER NOT NULL,
  source_id VARCHAR NOT NULL,
  received BIGINT NOT NULL,
  content_type TEXT,
  body BLOB NOT NULL,
  CONSTRAINT pk_deliveries PRIMARY KEY (id),
  CONSTRAINT fk_deliveries_source_id FOREIGN KEY(source_id) REFERENCES sources (id)
);
CREATE TABLE departures (
  topic_id VARCHAR NOT NULL,
  entry_id INTEGER NOT NULL,
  departed BIGINT NOT NULL,
  placed BIGINT NOT NULL,
  page INTEGER NOT NULL,
  CONSTRAINT pk_departures PRIMARY KEY (topic_id, entry_id),
  CONSTRAINT fk_departures_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id),
  CONSTRAINT fk_departures_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id)
);
CREATE INDEX ix_departures_order ON departures (topic_id, departed, entry_id);
CREATE INDEX ix_departures_page ON departures (topic_id, page, departed, entry_id);
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
  likeness VARCHAR,
  url_key TEXT,
  churn INTEGER DEFAULT 0 NOT NULL,
  story BIGINT,
  retracted BIGINT,
  lang_confidence FLOAT,
  furniture JSON DEFAULT '[]' NOT NULL,
  title TEXT NOT NULL,
  url TEXT,
  lang VARCHAR,
  rights TEXT NOT NULL,
  authors JSON NOT NULL,
  tags JSON NOT NULL,
  enclosures JSON NOT NULL,
  origin JSON,
  full_lang VARCHAR,
  full_confidence FLOAT,
  full_flags JSON DEFAULT '[]' NOT NULL,
  text TEXT NOT NULL,
  summary_html TEXT NOT NULL,
  content_html TEXT NOT NULL,
  full_text TEXT,
  full_html TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_entries PRIMARY KEY (id),
  CONSTRAINT fk_entries_source_id FOREIGN KEY(source_id) REFERENCES sources (id)
);
CREATE INDEX ix_entries_likeness ON entries (likeness);
CREATE INDEX ix_entries_published ON entries (published, id);
CREATE INDEX ix_entries_source_published ON entries (source_id, published, id);
CREATE INDEX ix_entries_story ON entries (story);
CREATE INDEX ix_entries_url_key ON entries (url_key);
CREATE UNIQUE INDEX ux_entries_seq ON entries (seq);
CREATE UNIQUE INDEX ux_entries_source_uid ON entries (source_id, uid);
CREATE TABLE heartbeats (
  role VARCHAR NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT pk_heartbeats PRIMARY KEY (role)
);
CREATE TABLE hours (
  hour INTEGER NOT NULL,
  turns INTEGER NOT NULL,
  polls INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  longest INTEGER NOT NULL,
  memory BIGINT NOT NULL,
  size BIGINT NOT NULL,
  CONSTRAINT pk_hours PRIMARY KEY (hour)
);
CREATE TABLE incidents (
  id INTEGER NOT NULL,
  about VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  began BIGINT NOT NULL,
  ended BIGINT,
  told BIGINT NOT NULL,
  what TEXT NOT NULL,
  cause TEXT NOT NULL,
  mend TEXT NOT NULL,
  CONSTRAINT pk_incidents PRIMARY KEY (id)
);
CREATE INDEX ix_incidents_ended ON incidents (ended, told);
CREATE TABLE intents (
  id INTEGER NOT NULL,
  topic_id VARCHAR NOT NULL,
  format VARCHAR NOT NULL,
  callback TEXT NOT NULL,
  host VARCHAR NOT NULL,
  mode VARCHAR NOT NULL,
  secret TEXT,
  lease INTEGER NOT NULL,
  edition INTEGER NOT NULL,
  received BIGINT NOT NULL,
  due BIGINT NOT NULL,
  tries INTEGER NOT NULL,
  CONSTRAINT pk_intents PRIMARY KEY (id),
  CONSTRAINT fk_intents_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id)
);
CREATE INDEX ix_intents_due ON intents (due);
CREATE INDEX ix_intents_host ON intents (host);
CREATE UNIQUE INDEX ux_intents_callback ON intents (topic_id, format, callback);
CREATE TABLE labels (
  topic_id VARCHAR NOT NULL,
  entry_id INTEGER NOT NULL,
  expect BOOLEAN NOT NULL,
  who TEXT NOT NULL,
  "by" VARCHAR NOT NULL,
  made BIGINT NOT NULL,
  CONSTRAINT pk_labels PRIMARY KEY (topic_id, entry_id),
  CONSTRAINT fk_labels_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id),
  CONSTRAINT fk_labels_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id)
);
CREATE TABLE learned (
  topic_id VARCHAR NOT NULL,
  number INTEGER NOT NULL,
  trained BIGINT NOT NULL,
  version VARCHAR NOT NULL,
  figures JSON NOT NULL,
  weights JSON NOT NULL,
  CONSTRAINT pk_learned PRIMARY KEY (topic_id, number),
  CONSTRAINT fk_learned_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id)
);
CREATE TABLE memories (
  source_id VARCHAR NOT NULL,
  furniture JSON NOT NULL,
  recent JSON NOT NULL,
  CONSTRAINT pk_memories PRIMARY KEY (source_id),
  CONSTRAINT fk_memories_source_id FOREIGN KEY(source_id) REFERENCES sources (id)
);
CREATE TABLE outlines (
  source_id VARCHAR NOT NULL,
  frame VARCHAR NOT NULL,
  items JSON NOT NULL,
  CONSTRAINT pk_outlines PRIMARY KEY (source_id),
  CONSTRAINT fk_outlines_source_id FOREIGN KEY(source_id) REFERENCES sources (id)
);
CREATE TABLE placements (
  topic_id VARCHAR NOT NULL,
  entry_id INTEGER NOT NULL,
  placed BIGINT NOT NULL,
  published BIGINT NOT NULL,
  story BIGINT,
  is_behind BOOLEAN DEFAULT 0 NOT NULL,
  page INTEGER,
  CONSTRAINT pk_placements PRIMARY KEY (topic_id, entry_id),
  CONSTRAINT fk_placements_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id),
  CONSTRAINT fk_placements_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id)
);
CREATE INDEX ix_placements_entry ON placements (entry_id);
CREATE INDEX ix_placements_order ON placements (topic_id, page, placed, published, entry_id);
CREATE INDEX ix_placements_published ON placements (topic_id, published, entry_id, is_behind);
CREATE INDEX ix_placements_story ON placements (topic_id, story);
CREATE INDEX ix_placements_waiting ON placements (topic_id) WHERE page IS NULL AND is_behind = 0;
CREATE TABLE robots (
  origin VARCHAR NOT NULL,
  fetched BIGINT NOT NULL,
  http_status INTEGER,
  etag TEXT,
  last_modified TEXT,
  body BLOB NOT NULL,
  CONSTRAINT pk_robots PRIMARY KEY (origin)
);
CREATE TABLE rulings (
  topic_id VARCHAR NOT NULL,
  entry_id INTEGER NOT NULL,
  stand VARCHAR NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  made BIGINT NOT NULL,
  CONSTRAINT pk_rulings PRIMARY KEY (topic_id, entry_id),
  CONSTRAINT fk_rulings_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id),
  CONSTRAINT fk_rulings_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id)
);
CREATE TABLE sketches (
  hash BIGINT NOT NULL,
  entry_id INTEGER NOT NULL,
  CONSTRAINT pk_sketches PRIMARY KEY (hash, entry_id),
  CONSTRAINT fk_sketches_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id)
);
CREATE INDEX ix_sketches_entry ON sketches (entry_id);
CREATE TABLE sources (
  id VARCHAR NOT NULL,
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  site TEXT,
  republish VARCHAR NOT NULL,
  interval INTEGER,
  paused BOOLEAN NOT NULL,
  tags JSON NOT NULL,
  options JSON DEFAULT '{}' NOT NULL,
  tag TEXT NOT NULL,
  removed BOOLEAN NOT NULL,
  entries INTEGER NOT NULL,
  feed_title TEXT NOT NULL,
  feed_site TEXT,
  feed_id TEXT,
  feed_format VARCHAR NOT NULL,
  feed_rights TEXT NOT NULL,
  feed_hub TEXT,
  feed_self TEXT,
  feed_warnings JSON DEFAULT '[]' NOT NULL,
  shown JSON,
  merged_into VARCHAR,
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
  failing_since BIGINT,
  gap FLOAT,
  ttl INTEGER,
  skip_hours JSON DEFAULT '[]' NOT NULL,
  skip_days JSON DEFAULT '[]' NOT NULL,
  not_before BIGINT,
  pacing TEXT DEFAULT '' NOT NULL,
  moved_url TEXT,
  move_target TEXT,
  move_count INTEGER DEFAULT 0 NOT NULL,
  move_since BIGINT,
  older_url TEXT,
  older_left INTEGER DEFAULT 0 NOT NULL,
  is_slow BOOLEAN DEFAULT 0 NOT NULL,
  shape JSON,
  usual_shape JSON,
  CONSTRAINT pk_sources PRIMARY KEY (id)
);
CREATE INDEX ix_sources_next_poll ON sources (next_poll);
CREATE INDEX ix_sources_older ON sources (id) WHERE older_url IS NOT NULL AND older_left > 0;
CREATE TABLE subscribers (
  id INTEGER NOT NULL,
  topic_id VARCHAR NOT NULL,
  format VARCHAR NOT NULL,
  callback TEXT NOT NULL,
  host VARCHAR NOT NULL,
  secret TEXT,
  created BIGINT NOT NULL,
  lease_until BIGINT,
  edition INTEGER NOT NULL,
  digest VARCHAR,
  due BIGINT NOT NULL,
  failures INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  error TEXT,
  CONSTRAINT pk_subscribers PRIMARY KEY (id),
  CONSTRAINT fk_subscribers_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id)
);
CREATE INDEX ix_subscribers_edition ON subscribers (topic_id, edition, due);
CREATE INDEX ix_subscribers_host ON subscribers (host);
CREATE UNIQUE INDEX ux_subscribers_callback ON subscribers (topic_id, format, callback);
CREATE TABLE subscriptions (
  token VARCHAR NOT NULL,
  source_id VARCHAR NOT NULL,
  hub TEXT NOT NULL,
  topic TEXT NOT NULL,
  state VARCHAR NOT NULL,
  asked BIGINT NOT NULL,
  secret VARCHAR,
  lease_until BIGINT,
  last_push BIGINT,
  reason TEXT NOT NULL,
  tries INTEGER NOT NULL,
  CONSTRAINT pk_subscriptions PRIMARY KEY (token),
  CONSTRAINT fk_subscriptions_source_id FOREIGN KEY(source_id) REFERENCES sources (id)
);
CREATE INDEX ix_subscriptions_source ON subscriptions (source_id);
CREATE TABLE tallies (
  counted VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  day INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  CONSTRAINT pk_tallies PRIMARY KEY (counted, name, day)
);
CREATE INDEX ix_tallies_day ON tallies (counted, day, name, amount);
CREATE TABLE tokens (
  digest VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  created BIGINT NOT NULL,
  revoked BIGINT,
  last_seen BIGINT,
  client TEXT NOT NULL,
  topics JSON DEFAULT '[]' NOT NULL,
  CONSTRAINT pk_tokens PRIMARY KEY (digest)
);
CREATE TABLE topics (
  id VARCHAR NOT NULL,
  version VARCHAR NOT NULL,
  feed_id TEXT NOT NULL,
  edition INTEGER NOT NULL,
  edition_time BIGINT NOT NULL,
  judged_seq BIGINT NOT NULL,
  judged_version VARCHAR NOT NULL,
  removed BOOLEAN NOT NULL,
  model INTEGER DEFAULT 0 NOT NULL,
  shadow INTEGER DEFAULT 0 NOT NULL,
  private BOOLEAN DEFAULT 0 NOT NULL,
  pages INTEGER DEFAULT 0 NOT NULL,
  catch_up BIGINT DEFAULT 0 NOT NULL,
  successor VARCHAR,
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
  shadow FLOAT,
  reasons JSON NOT NULL,
  CONSTRAINT pk_verdicts PRIMARY KEY (topic_id, entry_id),
  CONSTRAINT fk_verdicts_entry_id FOREIGN KEY(entry_id) REFERENCES entries (id),
  CONSTRAINT fk_verdicts_topic_id FOREIGN KEY(topic_id) REFERENCES topics (id)
);
CREATE INDEX ix_verdicts_entry ON verdicts (entry_id);
