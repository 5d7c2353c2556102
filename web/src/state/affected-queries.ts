import type { FeedEventView } from '../../../src/contract/index.ts';

type Key = readonly string[];

/**
 * Which queries an event makes old, as beginnings of their keys. Queries of the dashboard begin
 * with one of these words: `jobs` (lists, counts), `job` + id, `needs-you`, `agents` (and + id),
 * `sessions` (`list`, or an id and then its chat, health, files ...), `sites` (`list`, `choices`, or a
 * session's id and then its executions, releases, diff ...), `recordings`, `users`, `me`.
 */
export function affectedQueries(
  event: Pick<FeedEventView, 'kind' | 'stream' | 'session_id'>,
): Key[] {
  const [subject = ''] = event.kind.split('.');
  const session = event.session_id === null ? [] : [['sessions', event.session_id]];
  switch (subject) {
    case 'job':
    case 'attempt':
      return [
        ['jobs'],
        ['job', event.stream],
        ['needs-you'],
        ['agents'],
        ...session,
        // What the agent of a site changes is found when its job ends.
        ...(event.kind === 'job.settled' && event.session_id !== null
          ? [['sites', event.session_id, 'diff']]
          : []),
        ...(/^attempt\.(?:started|ended)$/.test(event.kind) ? [['recordings']] : []),
      ];
    case 'session':
      return [['sessions'], ['agents']];
    case 'site':
    case 'execution':
    case 'step':
      return [
        ['sites', 'list'],
        ['sites', 'choices'],
        ['sites', event.stream],
        ...(/^(?:execution|site)\./.test(event.kind) ? [['needs-you']] : []),
      ];
    default:
      return [];
  }
}

/** What changes without an event: people, their rights, and who is a member of what. */
export const untoldQueries: readonly Key[] = [['me'], ['users'], ['sessions'], ['sites']];
