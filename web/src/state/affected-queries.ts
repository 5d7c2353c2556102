import type { FeedEventView } from '../../../src/contract/index.ts';

type Key = readonly string[];

/**
 * Which queries an event makes old, as beginnings of their keys. Queries of the dashboard begin
 * with one of these words: `jobs` (lists, counts), `job` + id, `needs-you`, `agents`, `agent` + id,
 * `sessions`, `session` + id, `chat` + session id, `recordings`, `workers`, `users`.
 */
export function affectedQueries(
  event: Pick<FeedEventView, 'kind' | 'stream' | 'session_id'>,
): Key[] {
  const [subject = ''] = event.kind.split('.');
  const session = event.session_id ?? undefined;
  switch (subject) {
    case 'job':
    case 'attempt':
      return [
        ['jobs'],
        ['job', event.stream],
        ['needs-you'],
        ['agents'],
        ['agent'],
        ...(session === undefined
          ? []
          : [
              ['session', session],
              ['chat', session],
            ]),
        ...(/^attempt\.(?:started|ended)$/.test(event.kind) ? [['recordings']] : []),
      ];
    case 'session':
      return [['sessions'], ['session', session ?? event.stream], ['agents']];
    case 'agent':
      return [['agents'], ['agent'], ...(session === undefined ? [] : [['session', session]])];
    case 'worker':
      return [['workers']];
    case 'user':
    case 'member':
      return [['users'], ['sessions'], ...(session === undefined ? [] : [['session', session]])];
    default:
      return [];
  }
}
