import { defineConfig } from 'vitest/config';

interface Kind {
  readonly name: string;
  readonly include: readonly string[];
  /** A net for what hangs. Tests end their waits themselves, so a loaded machine never meets it. */
  readonly limitMs: number;
}

const kinds: readonly Kind[] = [
  {
    name: 'unit',
    include: ['src/**/*.test.ts', 'web/src/**/*.test.ts', 'tools/**/*.test.ts'],
    limitMs: 30_000,
  },
  { name: 'integration', include: ['test/integration/**/*.test.ts'], limitMs: 120_000 },
  { name: 'e2e', include: ['test/e2e/**/*.test.ts'], limitMs: 300_000 },
  { name: 'faults', include: ['test/faults/**/*.test.ts'], limitMs: 300_000 },
];

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['test/support/leak-root.ts'],
    projects: kinds.map(({ name, include, limitMs }, groupOrder) => ({
      extends: true,
      test: {
        name,
        include: [...include],
        setupFiles: ['test/support/leak-check.ts'],
        testTimeout: limitMs,
        // Its own default, a second, is a claim about the machine.
        expect: { poll: { timeout: limitMs / 2 } },
        hookTimeout: limitMs,
        // Fast tests tell first what is wrong.
        sequence: { groupOrder },
      },
    })),
  },
});
