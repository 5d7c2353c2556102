import {
  type App,
  type Session,
  type SessionHealth,
  toSessionView,
  toTotalView,
} from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { formatMoment } from '../duration.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { SessionStep } from '../session-commands.ts';
import { usageLine } from '../show-usage.ts';
import { layOutFacts } from '../table.ts';

/** Do one thing with one session, and print the session as it is then. */
export async function sessionStep(
  door: Door,
  step: SessionStep,
  reference: string,
): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  const { signal } = interrupts;
  await using app = await openForCommand(door);
  const { session, health, note } = await perform(app, step, reference, signal);
  if (printer.json) {
    const usage =
      step === 'show'
        ? { usage: toTotalView(await app.sessionUsage(session.id, signal)) }
        : undefined;
    printer.value({ ...toSessionView(session), health: toHealthView(health), ...usage });
    return 0;
  }
  if (note !== undefined) printer.note(note);
  if (step !== 'show') {
    printer.lines([`${session.id} ${session.status}`]);
    return 0;
  }
  const { archivedAt, concurrency, budget } = session;
  const used = await app.sessionUsage(session.id, signal);
  printer.lines(
    layOutFacts({
      session: session.id,
      name: session.name,
      status: session.status,
      user: session.userId,
      agent: session.agent,
      concurrency: concurrency === undefined ? undefined : String(concurrency),
      used: usageLine(used, budget),
      made: formatMoment(session.createdAt, clock.now()),
      archived: archivedAt === undefined ? undefined : formatMoment(archivedAt, clock.now()),
      directory: session.dir,
      health: health === undefined ? undefined : describe(health),
    }),
  );
  return 0;
}

interface Done {
  readonly session: Session;
  /** Known where the step looked at the main agent. */
  readonly health?: SessionHealth | undefined;
  readonly note?: string;
}

async function perform(
  app: App,
  step: SessionStep,
  reference: string,
  signal: AbortSignal,
): Promise<Done> {
  switch (step) {
    case 'show': {
      const session = await app.getSession(reference, signal);
      const isActive = session.status === 'active';
      const health = isActive ? await app.checkSession(session.id, signal) : undefined;
      return { session, health };
    }
    case 'start': {
      const health = await app.startSession(reference, signal);
      const session = await app.getSession(reference, signal);
      return { session, health, note: 'Its main agent is ready.' };
    }
    case 'stop': {
      const hadAgent = await app.stopSession(reference, signal);
      const session = await app.getSession(reference, signal);
      return { session, note: hadAgent ? 'Its main agent was ended.' : 'It had no main agent.' };
    }
    case 'recover': {
      const before = await app.recoverSession(reference, signal);
      const session = await app.getSession(reference, signal);
      const note = before.isHealthy
        ? 'It was healthy; nothing was done.'
        : `Recovered: ${before.reason ?? 'it was not healthy'} (${before.action ?? 'restart'}).`;
      // Anything but health would have thrown.
      const health = { isHealthy: true, action: undefined, reason: undefined };
      return { session, health, note };
    }
    case 'archive':
      return { session: await app.archiveSession(reference, signal) };
    case 'restore':
      return { session: await app.restoreSession(reference, signal) };
    default:
      return step satisfies never;
  }
}

function toHealthView(health: SessionHealth | undefined) {
  if (health === undefined) return null;
  const { isHealthy, action, reason } = health;
  return { healthy: isHealthy, action: action ?? null, reason: reason ?? null };
}

function describe({ isHealthy, action, reason }: SessionHealth): string {
  if (isHealthy) return 'its main agent is ready';
  if (action === 'initialize') return `${reason ?? ''} (start it: tmux-builder session start)`;
  return `${reason ?? 'not healthy'} (mend it: tmux-builder session recover)`;
}
