import { expect, test } from 'vitest';
import type { Frame } from '../app/index.ts';
import { FakeClock } from '../base/index.ts';
import { Player, type PlayerOptions } from './player.ts';

const RESET = '\u001bc\u001b[3J';

/** A screen that keeps what it got, one entry a step of the replay. */
class FakeScreen {
  readonly log: string[] = [];
  said = '';

  write(text: string): void {
    this.log.push(text === RESET ? 'reset' : text);
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.log.push(`${columns}x${rows}`);
  }

  status(text: string): void {
    this.said = text;
  }

  /** What came since the last look. */
  get news(): readonly string[] {
    return this.log.splice(0);
  }
}

function output(ms: number, text: string): Frame {
  return { kind: 'output', ms, text };
}

const frames: readonly Frame[] = [
  { kind: 'resize', ms: 0, columns: 80, rows: 24 },
  output(0, 'a'),
  output(1_000, 'b'),
  { kind: 'marker', ms: 1_500, label: 'prompt delivered' },
  output(61_000, 'c'),
  { kind: 'resize', ms: 61_000, columns: 90, rows: 30 },
  output(62_000, 'd'),
  { kind: 'exit', ms: 62_000, status: 3 },
];

async function start(options: Partial<PlayerOptions> = {}) {
  const clock = new FakeClock();
  const screen = new FakeScreen();
  const player = new Player({
    frames,
    screen,
    clock,
    speed: 1,
    idleLimitMs: Infinity,
    fromMs: 0,
    staysAtEnd: true,
    ...options,
  });
  const stop = new AbortController();
  let isOver = false;
  const played = player.play(stop.signal).finally(() => (isOver = true));
  await clock.advance(0);
  return { clock, screen, player, stop, played, isOver: () => isOver };
}

test('plays each step at its time', async () => {
  const { clock, screen, player, played } = await start();
  expect(screen.news).toEqual(['80x24', 'a']);
  await clock.advance(999);
  expect(screen.news).toEqual([]);
  await clock.advance(1);
  expect(screen.news).toEqual(['b']);
  expect(screen.said).toBe('0:01 / 1:02  1x');
  await clock.advance(600);
  expect(screen.said).toBe('0:01 / 1:02  1x  prompt delivered');
  await clock.advance(58_400);
  expect(screen.said).toBe('1:00 / 1:02  1x  prompt delivered');
  await clock.advance(1_000);
  expect(screen.news).toEqual(['c', '90x30']);
  await clock.advance(1_000);
  expect(screen.news).toEqual(['d']);
  expect(screen.said).toBe('1:02 / 1:02  end  exited with 3');
  player.press('leave');
  await played;
  expect(clock.pending).toBe(0);
});

test('plays faster, and no pause longer than the limit', async () => {
  const { clock, screen, player, played } = await start({ speed: 2, idleLimitMs: 2_000 });
  screen.log.length = 0;
  await clock.advance(500);
  expect(screen.news).toEqual(['b']);
  // 500 ms up to the marker, then 2 s of the recording, both twice as fast.
  await clock.advance(249);
  expect(screen.said).not.toContain('prompt delivered');
  await clock.advance(1);
  expect(screen.said).toContain('prompt delivered');
  await clock.advance(999);
  expect(screen.news).toEqual([]);
  await clock.advance(1);
  expect(screen.news).toEqual(['c', '90x30']);
  player.press('leave');
  await played;
});

test('stands still while it is paused, and goes on where it stood', async () => {
  const { clock, screen, player, played } = await start();
  await clock.advance(600);
  player.press('pause');
  await clock.advance(0);
  await clock.advance(100_000);
  expect(screen.news).toEqual(['80x24', 'a']);
  expect(screen.said).toBe('0:00 / 1:02  paused');
  player.press('pause');
  await clock.advance(0);
  await clock.advance(399);
  expect(screen.news).toEqual([]);
  await clock.advance(1);
  expect(screen.news).toEqual(['b']);
  player.press('leave');
  await played;
});

test('steps from output to output, and is paused then', async () => {
  const { clock, screen, player, played } = await start();
  screen.log.length = 0;
  player.press('step');
  await clock.advance(0);
  expect(screen.news).toEqual(['b']);
  player.press('step');
  await clock.advance(0);
  expect(screen.news).toEqual(['c']);
  expect(screen.said).toBe('1:01 / 1:02  paused  prompt delivered');
  player.press('leave');
  await played;
});

test('goes ahead without a pause, and back by drawing anew', async () => {
  const { clock, screen, player, played } = await start({ fromMs: 57_000 });
  expect(screen.news).toEqual(['80x24', 'a', 'b']);
  player.press('ahead');
  await clock.advance(0);
  expect(screen.news).toEqual(['c', '90x30', 'd']);
  expect(screen.said).toBe('1:02 / 1:02  end  exited with 3');
  player.press('back');
  await clock.advance(0);
  expect(screen.news).toEqual(['reset', '80x24', 'a', 'b']);
  expect(screen.said).toBe('0:57 / 1:02  1x  prompt delivered');
  await clock.advance(3_999);
  expect(screen.news).toEqual([]);
  await clock.advance(1);
  expect(screen.news).toEqual(['c', '90x30']);
  player.press('leave');
  await played;
});

test('goes from marker to marker', async () => {
  const { clock, screen, player, played } = await start();
  screen.log.length = 0;
  player.press('next');
  await clock.advance(0);
  expect(screen.news).toEqual(['b']);
  expect(screen.said).toBe('0:01 / 1:02  1x  prompt delivered');
  player.press('previous');
  await clock.advance(0);
  expect(screen.news).toEqual(['reset', '80x24', 'a']);
  player.press('next');
  player.press('next');
  await clock.advance(0);
  expect(screen.said).toBe('1:02 / 1:02  end  exited with 3');
  player.press('leave');
  await played;
});

test('seeks in a long recording without drawing all of it', async () => {
  const long: readonly Frame[] = [
    { kind: 'resize', ms: 0, columns: 80, rows: 24 },
    ...Array.from({ length: 5_000 }, (_, n) => output(n * 1_000, `${n}`.padEnd(1_000, '.'))),
  ];
  const { screen, player, played } = await start({ frames: long, fromMs: 4_000_000 });
  const drawn = screen.news;
  expect(drawn.slice(0, 2)).toEqual(['reset', '80x24']);
  expect(drawn.at(-1)).toMatch(/^4000\./);
  expect(drawn.length).toBeGreaterThan(900);
  expect(drawn.length).toBeLessThan(1_100);
  player.press('leave');
  await played;
});

test('lets a recording neither type nor copy', async () => {
  const nasty = '\u001b[c\u001b]52;c;aGk=\u0007\u001b[6nshown\u001b[?1000h';
  const { screen, player, played } = await start({ frames: [output(0, nasty)] });
  expect(screen.news).toEqual(['shown']);
  player.press('leave');
  await played;
});

test('ends by itself where nobody can press a key', async () => {
  const { clock, isOver } = await start({ staysAtEnd: false });
  await clock.advance(62_000);
  expect(isOver()).toBe(true);
});

test('ends with the reason of an abort, also while it is paused', async () => {
  const { clock, player, stop, played } = await start();
  player.press('pause');
  await clock.advance(0);
  const ended = expect(played).rejects.toThrow('closed');
  stop.abort(new Error('closed'));
  await ended;
  expect(clock.pending).toBe(0);
});
