import type { Marker } from '../recordings/index.ts';
import type { StoredEvent } from '../store/index.ts';
import type { AppContext } from './context.ts';
import type { RecordingPlace } from './find-recording.ts';

const PAGE = 1_000;

/** The events of an attempt that a person looks for in its recording, in order. */
export async function findMarkers(
  ctx: AppContext,
  { job, attempt, next }: RecordingPlace,
  signal: AbortSignal,
): Promise<readonly Marker[]> {
  const isWithin = ({ at, data }: StoredEvent): boolean =>
    data['attempt'] === undefined
      ? at >= attempt.startedAt && (next === undefined || at < next.startedAt)
      : data['attempt'] === attempt.number;
  const events = await allEvents(ctx, job.id, signal);
  return events.filter(isWithin).flatMap((event) => {
    const label = labelOf(event);
    return label === undefined ? [] : [{ at: event.at, label }];
  });
}

async function allEvents(
  { store }: AppContext,
  jobId: string,
  signal: AbortSignal,
): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (;;) {
    const page = await store.events(jobId, events.at(-1)?.sequence ?? 0, PAGE, signal);
    events.push(...page);
    if (page.length < PAGE) return events;
  }
}

function labelOf({ kind, data }: StoredEvent): string | undefined {
  switch (kind) {
    case 'attempt.busy':
      return 'prompt delivered';
    case 'attempt.asking':
      return `asking: ${String(data['question'])}`;
    case 'attempt.answered':
      return 'answered';
    case 'attempt.interrupted':
      return 'interrupted';
    case 'attempt.taken-over':
      return 'taken over by another worker';
    case 'attempt.ended':
      return `attempt ${String(data['outcome'])}`;
    case 'job.settled':
      return `settled: ${String(data['status'])}`;
    default:
      return undefined;
  }
}
