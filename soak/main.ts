/**
 * Hundreds of demo agents through the real program while agents misbehave and things are killed.
 * `script/soak --help` tells how.
 */
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const defaults = { agents: '200', minutes: '10', faults: '0.2' };
const help = `usage: script/soak [options]

  --agents N    agents at once, 1 to 1000 (default ${defaults.agents})
  --minutes N   how long jobs are added and things are broken (default ${defaults.minutes})
  --faults N    share of the jobs whose first agent misbehaves, 0 to 1 (default ${defaults.faults})
  --seed N      what is drawn (default: another one each time)
  --keep        keep the data directory and the workers' log (default: no)
  --json        print the report as JSON (default: no)
  -h, --help    print this`;

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: defaults.agents },
    minutes: { type: 'string', default: defaults.minutes },
    faults: { type: 'string', default: defaults.faults },
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
if (values.help) {
  console.log(help);
  process.exit(0);
}
if (!isRight) {
  console.error(help);
  process.exit(64);
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
