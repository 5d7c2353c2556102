import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** A mount and limits of their own, seen by nobody else; not every machine allows them. */
const isAllowed = spawnSync('unshare', ['-Urm', 'true']).status === 0;
const reason = isAllowed ? '' : ' (skipped: this machine allows no user namespaces)';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tb-full-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

interface Scene {
  readonly status: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** Run shell lines in namespaces of their own; `tb` is the program. */
function play(script: string, scenario: Readonly<Record<string, unknown>> = {}): Scene {
  const prelude = `
    set -u
    D=${dir}
    tb() { ${process.execPath} ${main} --data-dir $D/disk/data "$@"; }
  `;
  const { status, stdout, stderr } = spawnSync('unshare', ['-Urm', 'sh', '-c', prelude + script], {
    encoding: 'utf8',
    timeout: 90_000,
    env: {
      ...process.env,
      TMUX_BUILDER_RUNTIME_DIR: join(dir, 'r'),
      TMUX_BUILDER_PASS_ENVIRONMENT: 'DEMO_AGENT',
      TMUX_BUILDER_BACKOFF_MS: '50',
      DEMO_AGENT: JSON.stringify(scenario),
    },
  });
  return { status, lines: stdout.trim().split('\n'), errors: stderr };
}

const smallDisk = 'mkdir $D/disk; mount -t tmpfs -o size=6m tmpfs $D/disk\n';
const fill = 'cat /dev/zero > $D/disk/filler 2>/dev/null\n';

test.skipIf(!isAllowed)(
  `a full disk refuses a job in one line and loses none that was taken${reason}`,
  { timeout: 120_000 },
  () => {
    const scene = play(`
      ${smallDisk}
      tb job add --agent demo --quiet "the first" > $D/first
      ${fill}
      tb job add --agent demo "one too many" > /dev/null 2> $D/refusal; echo "refused with $?"
      rm $D/disk/filler
      tb worker --until-idle > /dev/null 2>&1; echo "worker $?"
      tb job show $(cat $D/first) --json
      cat $D/refusal >&2
    `);

    expect(scene.lines.slice(0, 2)).toEqual(['refused with 6', 'worker 0']);
    expect(JSON.parse(scene.lines[2] ?? '')).toMatchObject({ status: 'succeeded' });
    expect(scene.errors).toMatch(/^tmux-builder: .*(full|space)/im);
  },
);

test.skipIf(!isAllowed)(
  // The agent can write neither its answer nor its hook, so the time limit ends the attempt.
  `a disk that fills up while a job runs delays it and does not lose it${reason}`,
  { timeout: 120_000 },
  () => {
    const scene = play(
      `
      ${smallDisk}
      job=$(tb job add --agent demo --quiet --time-limit 6s "the only one")
      tb worker --until-idle > $D/log 2>&1 & worker=$!
      until tb job show $job --json | grep -q '"state":"busy"'; do :; done
      ${fill}
      sleep 3
      rm $D/disk/filler
      wait $worker; echo "worker $?"
      tb job show $job --json
    `,
      { workDelayMs: 1_500 },
    );

    expect(scene.lines[0]).toBe('worker 0');
    expect(JSON.parse(scene.lines[1] ?? '')).toMatchObject({ status: 'succeeded' });
  },
);

test.skipIf(!isAllowed)(
  `without inotify the sweeps find hooks, outputs and ends${reason}`,
  { timeout: 120_000 },
  () => {
    const scene = play(`
      mkdir $D/disk
      echo 0 > /proc/sys/user/max_inotify_instances
      for n in 1 2 3; do tb job add --agent demo --quiet "job $n" > /dev/null; done
      tb worker --until-idle > /dev/null 2>&1; echo "worker $?"
      tb job list --json
    `);

    expect(scene.lines[0]).toBe('worker 0');
    const { items } = JSON.parse(scene.lines[1] ?? '');
    expect(items.map(({ status }: { status: string }) => status)).toEqual(
      Array.from({ length: 3 }, () => 'succeeded'),
    );
  },
);
