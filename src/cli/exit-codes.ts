/** Every way the program ends; `tmux-builder help exit-codes` and docs/cli.md print this table. */
export const exitCodes = [
  { code: 0, meaning: 'Done; a job that was waited for succeeded.' },
  { code: 1, meaning: 'The job did not succeed.' },
  { code: 2, meaning: 'Wrong usage, or input that cannot be taken.' },
  { code: 3, meaning: 'There is no such job, session, template or file.' },
  {
    code: 4,
    meaning: 'The machine is not ready: no tmux or too old, agent not installed or not logged in.',
  },
  { code: 5, meaning: 'Refused in the present state: busy, still running, another does it.' },
  {
    code: 6,
    meaning: 'The data directory cannot be used: full, read-only, newer version, damaged.',
  },
  { code: 70, meaning: 'A fault in tmux-builder.' },
  { code: 124, meaning: 'The time given with --timeout ran out.' },
  { code: 130, meaning: 'Interrupted by Ctrl-C or a signal.' },
] as const;

export type ExitCode = (typeof exitCodes)[number]['code'];

const exact: Readonly<Record<string, ExitCode>> = {
  'cli.usage': 2,
  'cli.wait-timed-out': 124,
  'cli.interrupted': 130,
  'cli.cannot-write': 2,
  'cli.no-bench': 3,
  'internal.fault': 70,

  'agent.unknown': 2,
  'agent.bad-rule': 2,
  'agent.command-without-output': 2,
  'agent.file-invalid': 2,
  'agent.not-found': 4,
  'agent.blocked': 4,
  'agent.start-timeout': 4,
  'agent.composer-not-empty': 5,
  'agent.no-such-question': 4,
  'agent.not-interrupted': 4,
  'agent.not-persistent': 4,
  'agent.stalled': 4,

  'job.empty-prompt': 2,
  'job.prompt-too-large': 2,
  'job.prompt-not-text': 2,
  'job.bad-number': 2,
  'job.budget-impossible': 2,
  'job.bad-command': 2,
  'job.no-directory': 2,
  'job.no-files': 2,
  'job.no-such-file': 2,
  'job.path-outside': 2,
  'job.ambiguous-id': 2,
  'job.bad-answer': 2,
  'job.no-such-question': 3,
  'job.not-asking': 5,
  'job.answered-before': 5,
  'job.key-reused': 5,
  'job.dependency-failed': 5,
  'job.wrong-status': 5,
  'job.still-running': 5,
  'job.not-settled': 5,
  'job.no-agent': 5,
  'job.not-running': 5,
  'job.no-log': 5,
  'job.no-attempt': 3,
  'recording.removed': 3,

  'job.not-queued': 5,
  'job.no-prompt': 5,
  'file.bad-name': 2,
  'file.too-large': 2,
  'backup.bad-directory': 2,
  'backup.failed': 6,
  'backup.incomplete': 6,
  'backup.newer-version': 6,
  'data-dir.not-empty': 5,

  'session.bad-name': 2,
  'session.ambiguous': 2,
  'session.path-outside': 2,
  'session.agent-not-ready': 4,
  'session.cannot-move': 6,
  'session.cannot-write': 6,
  'session.directory-missing': 6,

  'server.port-taken': 5,
  'server.cannot-listen': 4,

  'auth.forbidden': 5,
  'audit.busy': 5,
  'audit.cannot-write': 6,
  'token.too-many': 5,
  'user.bad-name': 2,
  'user.name-taken': 5,
  'users.last-admin': 5,

  'live-agent.starting': 5,

  'deploy.bad-spec': 2,
  'deploy.no-credentials': 4,
  'deploy.no-host': 4,
  'deploy.no-release': 3,
  'deploy.no-sdk': 4,
  'execution.ambiguous-id': 2,
  'site.agent-failed': 1,
  'site.bad-answer': 1,
  'site.bad-role': 2,
  'site.bad-source': 1,
  'site.file-failed': 1,
  'site.impossible': 1,
  'site.no-requirements': 2,
  'site.requirements-too-long': 2,
  'site.no-result': 1,

  'store.busy': 5,
  'worker.stopped': 130,
};

/** Tried in this order for a code that stands in no row above. */
const patterns: readonly (readonly [RegExp, ExitCode])[] = [
  [/^tmux\./, 4],
  [/\.not-found$/, 3],
  [/^(config\.bad-runtime-dir$|store\.|data-dir\.)/, 6],
  [/^(config|list|prices|template|server)\./, 2],
  [/^(session|site|execution)\./, 5],
  [/^checks\./, 4],
];

/** The exit code of a failure, by its stable code. */
export function exitCodeOf(code: string): ExitCode {
  return exact[code] ?? patterns.find(([pattern]) => pattern.test(code))?.[1] ?? 1;
}

interface Settled {
  readonly status: string;
  readonly error: { readonly code: string } | undefined;
}

/** The exit code of a settled job: a machine that is not ready is told from work that failed. */
export function exitCodeOfJob({ status, error }: Settled): ExitCode {
  if (status === 'succeeded') return 0;
  return error !== undefined && exitCodeOf(error.code) === 4 ? 4 : 1;
}
