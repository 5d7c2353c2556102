import type { FeedEventView } from '../../../src/contract/index.ts';

type Key = readonly string[];

/**
 * Which queries an event makes old, as beginnings of their keys. Queries of the dashboard begin
 * with one of these words: `jobs` (lists, counts), `job` + id, `needs-you`, `agents` (and + id),
 * `sessions` (`list`, or an id and then its chat, health, files ...), `recordings`, `workers`,
 * `users`.
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
        ...(/^attempt\.(?:started|ended)$/.test(event.kind) ? [['recordings']] : []),
      ];
    case 'session':
    case 'agent':
      return [['sessions'], ['agents']];
    case 'worker':
      return [['workers']];
    case 'user':
    case 'member':
      return [['users'], ['sessions']];
    default:
      return [];
  }
}
