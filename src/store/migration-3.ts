import type { Migration } from './migrations.ts';

const users = `CREATE TABLE users (
  id text PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL,
  password text,
  disabled_at bigint,
  created_at bigint NOT NULL,
  last_seen_at bigint
)`;

/** Codes, secrets and tokens are kept as SHA-256 digests: whoever reads the database has none. */
const invitations = `CREATE TABLE invitations (
  digest text PRIMARY KEY,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  used_at bigint
)`;

const logins = `CREATE TABLE logins (
  id text PRIMARY KEY,
  digest text NOT NULL,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at bigint NOT NULL,
  last_seen_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  agent text,
  address text
)`;

const tokens = `CREATE TABLE tokens (
  id text PRIMARY KEY,
  digest text NOT NULL,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name text NOT NULL,
  role text NOT NULL,
  session_id text REFERENCES sessions (id) ON DELETE CASCADE,
  created_at bigint NOT NULL,
  expires_at bigint,
  last_used_at bigint
)`;

const members = `CREATE TABLE members (
  session_id text NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role text NOT NULL,
  PRIMARY KEY (session_id, user_id)
)`;

/** Failed logins, by name and by address, so that a restart forgives nobody. */
const failures = `CREATE TABLE login_failures (
  key text PRIMARY KEY,
  count integer NOT NULL,
  first_at bigint NOT NULL,
  locked_until bigint
)`;

const requests = `CREATE TABLE idempotent_requests (
  user_id text NOT NULL,
  key text NOT NULL,
  route text NOT NULL,
  digest text NOT NULL,
  status integer NOT NULL,
  reply text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (user_id, key)
)`;

export const migration3: Migration = {
  version: 3,
  statements: [
    users,
    'CREATE UNIQUE INDEX users_by_name ON users (name)',
    invitations,
    logins,
    'CREATE UNIQUE INDEX logins_by_digest ON logins (digest)',
    'CREATE INDEX logins_by_user ON logins (user_id)',
    tokens,
    'CREATE UNIQUE INDEX tokens_by_digest ON tokens (digest)',
    'CREATE INDEX tokens_by_user ON tokens (user_id)',
    members,
    'CREATE INDEX members_by_user ON members (user_id)',
    failures,
    // Grows with every change of what somebody may do: other processes look at rights by it.
    'CREATE TABLE account_counter (last bigint NOT NULL)',
    'INSERT INTO account_counter (last) VALUES (0)',
    requests,
    'CREATE INDEX idempotent_requests_by_age ON idempotent_requests (created_at)',
    'CREATE INDEX sessions_by_user ON sessions (user_id, created_at, id)',
    // Since when a session may have a main agent; its state/agent.json tells whether it has.
    'ALTER TABLE sessions ADD COLUMN main_agent_at bigint',
    `UPDATE sessions SET main_agent_at = created_at WHERE status = 'active'`,
    `CREATE INDEX sessions_with_agent ON sessions (main_agent_at, id)
      WHERE main_agent_at IS NOT NULL`,
    // Recordings by age, and which attempts share one.
    'CREATE INDEX attempts_by_start ON attempts (started_at, job_id)',
    `CREATE INDEX attempts_by_home ON attempts (home_dir, started_at, job_id)
      WHERE home_dir IS NOT NULL`,
    // A failed job needs somebody until it is retried or put aside.
    'ALTER TABLE jobs ADD COLUMN dismissed_at bigint',
    `CREATE INDEX jobs_failed ON jobs (settled_at, id)
      WHERE status = 'failed' AND dismissed_at IS NULL`,
    // One order over all streams, in which whoever listens can go on. The counter is a row that
    // every writer changes: positions are committed in their order, and none is given twice.
    'ALTER TABLE events ADD COLUMN position bigint',
    `UPDATE events SET position = numbered.place FROM (
       SELECT stream, sequence, row_number() OVER (ORDER BY at, stream, sequence) AS place
       FROM events) AS numbered
     WHERE numbered.stream = events.stream AND numbered.sequence = events.sequence`,
    'CREATE UNIQUE INDEX events_by_position ON events (position)',
    'CREATE INDEX events_by_kind ON events (kind, position)',
    'CREATE TABLE event_counter (last bigint NOT NULL)',
    'INSERT INTO event_counter (last) SELECT coalesce(max(position), 0) FROM events',
  ],
};
