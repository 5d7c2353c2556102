/** The HTTP status of each failure, by its stable code; see docs/errors.md. */
const exact: Readonly<Record<string, number>> = {
  'request.invalid': 400,
  'request.not-json': 400,
  'request.wrong-origin': 403,
  'request.no-route': 404,
  'request.wrong-method': 405,
  'request.too-large': 413,
  'request.wrong-type': 415,
  'request.wrong-host': 421,
  'request.key-reused': 422,
  'request.too-many': 429,
  'request.headers-too-large': 431,
  'server.stopping': 503,
  'internal.fault': 500,

  'auth.login-required': 401,
  'auth.forbidden': 403,
  'audit.cannot-write': 503,
  'audit.busy': 503,
  'auth.wrong-login': 401,
  // Not 401: who mistypes the old password is logged in all the same.
  'auth.wrong-password': 403,
  'auth.locked': 429,
  'auth.busy': 503,
  'user.bad-name': 400,
  'user.weak-password': 400,
  'user.name-taken': 409,
  'users.last-admin': 409,
  'token.too-many': 409,
  'member.is-owner': 409,

  'agent.unknown': 400,
  'agent.bad-rule': 400,
  'agent.command-without-output': 400,
  'agent.composer-not-empty': 409,
  'agent.no-such-question': 409,
  'agent.not-persistent': 409,

  'job.empty-prompt': 400,
  'job.prompt-too-large': 413,
  'job.prompt-not-text': 400,
  'job.bad-number': 400,
  'job.budget-impossible': 400,
  'job.bad-command': 400,
  'job.bad-answer': 400,
  'job.ambiguous-id': 400,
  'job.no-directory': 400,
  'job.no-files': 400,
  'job.no-such-file': 400,
  'job.path-outside': 400,
  'job.file-failed': 500,
  'job.prompt-unreadable': 500,
  'job.no-such-question': 404,
  'job.no-attempt': 404,
  'job.no-prompt': 410,
  'template.not-found': 400,
  'recording.removed': 410,

  'session.bad-name': 400,
  'session.path-outside': 400,
  'session.ambiguous': 400,
  'session.agent-not-ready': 503,
  'session.cannot-move': 500,
  'session.cannot-write': 500,
  'session.directory-missing': 500,

  'events.too-many-clients': 429,
  'terminal.too-many-sockets': 429,
  'terminal.too-many-viewers': 429,
  'terminal.too-many-screens': 503,
  'terminal.too-fast': 429,
  'terminal.bad-frame': 400,
  'terminal.bad-size': 400,
  'terminal.gone': 410,
  'live-agent.starting': 503,

  'check.failed': 409,

  'list.bad-cursor': 400,
  'file.bad-name': 400,
  'file.too-large': 413,
  'store.full': 507,

  'site.bad-role': 500,
  'site.bad-answer': 502,
  'site.bad-source': 502,
  'site.impossible': 422,
  'site.no-requirements': 400,
  'site.requirements-too-long': 413,
  'site.agent-failed': 502,
  'site.file-failed': 500,
  'execution.ambiguous-id': 400,

  'deploy.bad-spec': 400,
  'deploy.no-release': 404,
  'deploy.bad-site': 422,
  'deploy.port-taken': 409,
};

/** Tried in this order for a code that stands in no row above. */
const patterns: readonly (readonly [RegExp, number])[] = [
  // Before those of things that are not there: a program that is not installed is the machine's.
  [/^(tmux|agent)\.not-found$/, 503],
  [/\.not-found$/, 404],
  [/^(job|session|terminal|site|execution)\./, 409],
  // The machine, not the request: no tmux, an agent that is not installed or does not start.
  [/^(tmux|agent|store|worker|audit)\./, 503],
  // A provider, its account, or what serves local sites.
  [/^deploy\./, 502],
  // The browser or what drives it.
  [/^checks?\./, 503],
  // Found when the program starts, or a file of the user is wrong.
  [/^(config|data-dir|prices|template|cli|server|backup)\./, 500],
];

/** The HTTP status of a failure; undefined for a code that this table does not know. */
export function statusOf(code: string): number | undefined {
  return exact[code] ?? patterns.find(([pattern]) => pattern.test(code))?.[1];
}
