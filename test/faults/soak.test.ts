import { expect, test } from 'vitest';
import { soak } from '../../soak/soak.ts';

// The long version is script/soak. One seed a day would hide what it found: each run draws its own,
// and a failure says which.
// What is left when the time is up has minutes to come to its end, and what does not is named.
const timeout = 10 * 60_000;

test(
  'nothing is lost and nothing done twice while agents misbehave and things are killed',
  { timeout },
  async () => {
    const seed = process.pid;
    const lines: string[] = [];
    const options = { agents: 8, ms: 60_000, faults: 0.2, seed, keep: false };
    const report = await soak({ ...options, say: (line) => void lines.push(line) });

    const broken = report.invariants.flatMap((one) => one.broken);
    expect({ seed, broken, said: lines.slice(1) }).toEqual({ seed, broken: [], said: [] });
    expect(report.statuses['succeeded'] ?? 0).toBeGreaterThan(0);
    // What found nothing to look at proves nothing.
    expect(report.invariants.filter(({ checked }) => checked === 0)).toEqual([]);
  },
);
