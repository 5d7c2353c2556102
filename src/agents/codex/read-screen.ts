import type { Clock } from '../../base/index.ts';
import { screenReader, type ScreenReader } from '../screen-rules/load-rules.ts';

/** Make the reader of Codex's screens: by the rules, but for an offer that nobody has to answer. */
export function codexScreenReader(clock: Pick<Clock, 'now'>): ScreenReader {
  const read = screenReader('codex', clock);
  return (screen, request) => {
    const reading = read(screen, request);
    if (reading.kind !== 'asking' || reading.dialog.kind !== 'model-offer') return reading;
    // The model is the job's, or the one in the person's settings.
    const kept = reading.dialog.choices.findIndex((choice) =>
      /^use existing model\b/i.test(choice),
    );
    return { ...reading, automatic: kept === -1 ? undefined : kept };
  };
}
