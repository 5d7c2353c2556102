import type { Migration } from './migrations.ts';

/** Whoever a site is for, by a GUID that names and tags show; the command line's user too. */
const people = `CREATE TABLE people (
  user_id text PRIMARY KEY,
  guid text NOT NULL,
  email text,
  phone text,
  created_at bigint NOT NULL
)`;

/** The site of a session: what is wanted, and what is live. */
const sites = `CREATE TABLE sites (
  session_id text PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
  provider text NOT NULL,
  type text NOT NULL,
  requirements text NOT NULL,
  status text NOT NULL,
  spec text NOT NULL,
  options text NOT NULL,
  url text,
  release_id text,
  monthly_usd_micros bigint NOT NULL,
  error_code text,
  error_message text,
  error_todo text,
  created_at bigint NOT NULL,
  expires_at bigint,
  lease_owner text,
  lease_until bigint,
  fence integer NOT NULL DEFAULT 0,
  destroy_attempts integer NOT NULL DEFAULT 0,
  destroy_at bigint,
  destroyed_at bigint
)`;

const executions = `CREATE TABLE executions (
  id text PRIMARY KEY,
  session_id text NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  kind text NOT NULL,
  status text NOT NULL,
  release_id text,
  fix_rounds integer NOT NULL DEFAULT 0,
  fix text,
  error_code text,
  error_message text,
  error_todo text,
  cancel_requested_at bigint,
  lease_owner text,
  lease_until bigint,
  fence integer NOT NULL DEFAULT 0,
  created_at bigint NOT NULL,
  started_at bigint,
  ended_at bigint
)`;

const steps = `CREATE TABLE steps (
  execution_id text NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  number integer NOT NULL,
  status text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  summary text,
  error_code text,
  error_message text,
  error_todo text,
  artefacts text NOT NULL,
  job_ids text NOT NULL,
  result text NOT NULL,
  started_at bigint,
  ended_at bigint,
  PRIMARY KEY (execution_id, number)
)`;

const releases = `CREATE TABLE releases (
  session_id text NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id text NOT NULL,
  execution_id text NOT NULL,
  files integer NOT NULL,
  bytes bigint NOT NULL,
  created_at bigint NOT NULL,
  live_at bigint,
  checks text NOT NULL,
  PRIMARY KEY (session_id, id)
)`;

export const migration4: Migration = {
  version: 4,
  statements: [
    people,
    'CREATE UNIQUE INDEX people_by_guid ON people (guid)',
    'CREATE UNIQUE INDEX people_by_email ON people (email) WHERE email IS NOT NULL',
    sites,
    'CREATE INDEX sites_by_age ON sites (created_at, session_id)',
    // What has to be looked at: half-made, half-removed, past its time.
    `CREATE INDEX sites_to_mend ON sites (status, expires_at) WHERE destroyed_at IS NULL`,
    executions,
    'CREATE INDEX executions_by_session ON executions (session_id, created_at, id)',
    `CREATE INDEX executions_to_claim ON executions (created_at, id)
      WHERE status IN ('queued', 'running')`,
    steps,
    releases,
    'CREATE INDEX releases_by_time ON releases (session_id, live_at)',
  ],
};
