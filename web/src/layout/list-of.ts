const lists: Readonly<Record<string, string>> = {
  'job.not-found': 'jobs',
  'session.not-found': 'sessions',
  'site.not-found': 'sites',
  'live-agent.not-found': 'agents',
  'recording.removed': 'recordings',
};

interface Problem {
  readonly code: string;
  readonly status: number;
}

/**
 * Find the page that lists what was looked for and is not there; undefined when that is not what
 * went wrong. The server's own advice names a command, which is no help in a browser.
 */
export function listOf({
  code,
  status,
}: Problem): { readonly path: string; readonly label: string } | undefined {
  const list = status === 404 || status === 410 ? lists[code] : undefined;
  return list === undefined ? undefined : { path: `/${list}`, label: `Go to all ${list}` };
}
