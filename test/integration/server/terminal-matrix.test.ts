import { expect, test } from 'vitest';
import type { ViewerFrameName } from '../../../src/contract/index.ts';
import { openDoor } from '../../support/terminal-door.ts';

const agent = 'job_1.1';
const roles = ['stranger', 'viewer', 'operator'] as const;
type Role = (typeof roles)[number];

interface Frame {
  readonly name: ViewerFrameName;
  readonly payload: unknown;
  /** Who may send it about a terminal; for everybody else the error's code. */
  readonly needs: Role;
}

const forms = {
  sub: [
    { payload: { agent_id: agent, mode: 'stream' }, needs: 'viewer' },
    { payload: { agent_id: agent, mode: 'thumb' }, needs: 'viewer' },
  ],
  unsub: [{ payload: undefined, needs: 'stranger' }],
  ack: [{ payload: undefined, needs: 'viewer' }],
  input: [{ payload: 'x', needs: 'operator' }],
  paste: [{ payload: 'x', needs: 'operator' }],
  lease: [
    { payload: { action: 'acquire' }, needs: 'operator' },
    { payload: { action: 'take' }, needs: 'operator' },
    { payload: { action: 'renew' }, needs: 'viewer' },
    { payload: { action: 'release' }, needs: 'viewer' },
  ],
  resize: [{ payload: { columns: 90, rows: 30 }, needs: 'operator' }],
  ping: [{ payload: undefined, needs: 'stranger' }],
} as const satisfies Record<ViewerFrameName, readonly Omit<Frame, 'name'>[]>;

const cases = roles.flatMap((role) =>
  Object.entries(forms).flatMap(([name, frames]) =>
    frames.map((frame) => ({ role, name: name as ViewerFrameName, ...frame })),
  ),
);

/** What somebody gets who has not the role. */
function refusalOf(role: Role, { name, needs }: Frame): readonly string[] {
  if (roles.indexOf(role) >= roles.indexOf(needs)) return [];
  if (role === 'viewer') return ['auth.forbidden'];
  // To a stranger the agent does not exist, so no pane shows it.
  return [name === 'sub' ? 'live-agent.not-found' : 'terminal.no-pane'];
}

test.each(cases)('a $role sends $name $payload', async (frame) => {
  await using bench = await openDoor();
  const anna = bench.accounts.add('anna');
  if (frame.role !== 'stranger') bench.accounts.allow(anna, agent, frame.role);
  const socket = await bench.connect('anna');
  // An answer that needs a look at rights comes after the first pong, and before the second.
  const settle = async (): Promise<void> => {
    for (const _ping of [1, 2]) {
      const count = socket.named('pong').length;
      socket.send('ping', 0);
      await expect.poll(() => socket.named('pong').length, { interval: 1 }).toBeGreaterThan(count);
    }
  };
  socket.send('sub', 1, { agent_id: agent, mode: 'stream' });
  await settle();
  if (frame.role === 'operator' && frame.name !== 'lease') {
    socket.send('lease', 1, { action: 'acquire' });
    await settle();
  }
  socket.frames.length = 0;

  socket.send(
    frame.name,
    frame.name === 'sub' ? 2 : 1,
    frame.payload,
    frame.name === 'ack' ? 0 : 1,
  );
  await settle();

  expect(socket.codes).toEqual(refusalOf(frame.role, frame));
});
