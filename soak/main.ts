/**
 * Hundreds of demo agents through the real program while agents misbehave and things are killed.
 *
 * `script/soak [--agents 200] [--minutes 10] [--faults 0.2] [--seed N] [--keep] [--json]`
 */
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '10' },
    faults: { type: 'string', default: '0.2' },
    seed: { type: 'string', default: String(process.pid) },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const agents = Number(values.agents);
const minutes = Number(values.minutes);
const faults = Number(values.faults);
const seed = Number(values.seed);
const isRight =
  agents >= 1 &&
  agents <= 1_000 &&
  minutes > 0 &&
  faults >= 0 &&
  faults <= 1 &&
  !Number.isNaN(seed);
if (values.help || !isRight) {
  console.error(
    'usage: script/soak [--agents 1..1000] [--minutes N] [--faults 0..1] [--seed N] [--keep] [--json]',
  );
  process.exit(values.help ? 0 : 64);
}

const say = (line: string): void => console.error(`soak: ${line}`);
say(`${agents} agents for ${minutes} minutes, faults ${faults}, seed ${seed}`);
const report = await soak({ agents, ms: minutes * 60_000, faults, seed, say, keep: values.keep });
const broken = report.invariants.flatMap((one) => one.broken);
if (values.json) console.log(JSON.stringify(report, undefined, 2));
else {
  console.log(`jobs      ${show(report.statuses)}`);
  console.log(`agents    ${show(report.faults)}`);
  console.log(`havoc     ${show(report.havoc)}; ${report.workersStarted} workers started`);
  for (const { name, checked, broken: found } of report.invariants) {
    console.log(
      `${found.length === 0 ? 'holds ' : 'BROKEN'}    ${name}: ${checked} checked, ${found.length} broken`,
    );
    for (const line of found.slice(0, 20)) console.log(`            ${line}`);
  }
  if (values.keep) console.log(`kept      ${report.dir}`);
}
process.exit(broken.length === 0 ? 0 : 1);

function show(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
