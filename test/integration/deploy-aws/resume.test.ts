import { expect, test } from 'vitest';
import type { SiteSpec } from '../../../src/deploy/index.ts';
import { openAwsBench, program, programSpec, signal, siteSpec } from '../../support/aws/bench.ts';

const cases: readonly (readonly [
  string,
  SiteSpec,
  (text: string) => Readonly<Record<string, string>>,
])[] = [
  ['static', siteSpec(), (text) => ({ 'index.html': `${text} GET /`, 'a.css': 'a' })],
  ['dynamic', programSpec, (text) => program(text)],
];

test.for(cases)(
  'a %s site that is given up at any request is gone on with by the next run',
  async ([, spec, files]) => {
    await using bench = await openAwsBench();
    const { deployer, onEvent, aws } = bench;
    const plan = deployer.plan(spec);
    const give = new Error('given up');
    let publishedWhole = false;
    for (let last = 1; !publishedWhole; last += 1) {
      const stop = new AbortController();
      let calls = 0;
      aws.onCall = () => {
        calls += 1;
        if (calls === last) stop.abort(give);
      };
      const release = await bench.release(files(`at ${last}`));
      const ended = await deployer.apply(plan, release, onEvent, stop.signal).then(
        () => 'published',
        (error: unknown) => error,
      );
      expect(['published', give]).toContain(ended);
      publishedWhole = calls < last;
      aws.onCall = () => {};

      const { url } = await deployer.apply(plan, release, onEvent, signal);
      expect(await (await fetch(url)).text()).toBe(`at ${last} GET /`);
      expect(aws.state.buckets.size).toBe(1);
      expect(aws.state.distributions.size).toBe(1);
      expect(aws.state.machines.size).toBe(spec.type === 'static' ? 0 : 1);
      // Each time from nothing at the beginning, where most is made; then on what is there.
      if (last < 12) await deployer.destroy(plan, onEvent, signal);
    }
    await deployer.destroy(plan, onEvent, signal);
    expect(aws.inventory()).toEqual([]);
  },
);

test.for(cases)(
  'a %s site whose destroying is given up at any request is gone all the same',
  async ([, spec, files]) => {
    await using bench = await openAwsBench();
    const { deployer, onEvent, aws } = bench;
    const plan = deployer.plan(spec);
    const give = new Error('given up');
    let destroyedWhole = false;
    for (let last = 1; !destroyedWhole; last += 2) {
      await deployer.apply(plan, await bench.release(files('here')), onEvent, signal);
      const stop = new AbortController();
      let calls = 0;
      aws.onCall = () => {
        calls += 1;
        if (calls === last) stop.abort(give);
      };
      await deployer
        .destroy(plan, onEvent, stop.signal)
        .catch((error: unknown) => expect(error).toBe(give));
      destroyedWhole = calls < last;
      aws.onCall = () => {};

      await deployer.destroy(plan, onEvent, signal);
      expect(aws.inventory()).toEqual([]);
    }
  },
);
