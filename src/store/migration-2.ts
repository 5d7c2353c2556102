import type { Migration } from './migrations.ts';

const questions = `CREATE TABLE questions (
  id text PRIMARY KEY,
  job_id text NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  attempt integer NOT NULL,
  asked_at bigint NOT NULL,
  kind text NOT NULL,
  question text NOT NULL,
  choices text NOT NULL,
  reply text,
  tool text,
  subject text,
  answer text,
  answered_by text,
  answered_at bigint,
  closed_at bigint
)`;

export const migration2: Migration = {
  version: 2,
  statements: [
    `ALTER TABLE jobs ADD COLUMN mode text NOT NULL DEFAULT 'one-shot'`,
    'ALTER TABLE jobs ADD COLUMN permission_rules text',
    'ALTER TABLE jobs ADD COLUMN max_tokens bigint',
    'ALTER TABLE jobs ADD COLUMN max_cost_micros bigint',
    'ALTER TABLE jobs ADD COLUMN interrupt_requested_at bigint',
    'DROP INDEX jobs_to_claim',
    `CREATE INDEX jobs_to_claim
      ON jobs (status, blocked_by, priority DESC, run_at, id, session_id)
      WHERE mode = 'one-shot'`,
    // Persistent jobs, by conversation: what holds it, what was begun before, what is next.
    `CREATE INDEX jobs_holding ON jobs (session_id)
      WHERE mode = 'persistent' AND status IN ('leased', 'running')`,
    `CREATE INDEX jobs_begun ON jobs (session_id, created_at, id)
      WHERE mode = 'persistent' AND status = 'queued' AND blocked_by = 0 AND attempts > 0`,
    `CREATE INDEX jobs_next ON jobs (session_id, priority DESC, run_at, id)
      WHERE mode = 'persistent' AND status = 'queued' AND blocked_by = 0`,
    // Those that wait for a usage limit: every claim asks for them.
    `CREATE INDEX jobs_at_limit ON jobs (status, error_code, agent, run_at)
      WHERE error_code IS NOT NULL`,
    'ALTER TABLE attempts ADD COLUMN home_dir text',
    'ALTER TABLE attempts ADD COLUMN resumes text',
    'ALTER TABLE sessions ADD COLUMN max_tokens bigint',
    'ALTER TABLE sessions ADD COLUMN max_cost_micros bigint',
    questions,
    'CREATE INDEX questions_open ON questions (job_id) WHERE closed_at IS NULL',
  ],
};
