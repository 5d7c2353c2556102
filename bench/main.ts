/**
 * Measure side by side in one run: medians and ratios, because these machines are shared.
 *
 * `script/bench [--json] [--quick] [NAME...]`; without names every benchmark runs.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { agentsAtRest } from './agents-at-rest.ts';
import { commandLine } from './command-line.ts';
import { flatCost } from './flat-cost.ts';
import { jobOverhead } from './job-overhead.ts';
import { liveDoors } from './live-doors.ts';
import { localDeploy } from './local-deploy.ts';
import { manyJobs } from './many-jobs.ts';
import { type Benchmark, type Finding, isKept } from './measure.ts';
import { recorder } from './recorder.ts';
import { siteChecks } from './site-checks.ts';
import { sitePipeline } from './site-pipeline.ts';
import { terminalHub } from './terminal-hub.ts';
import { tmuxCommands } from './tmux-commands.ts';

const benchmarks: readonly Benchmark[] = [
  tmuxCommands,
  jobOverhead,
  manyJobs,
  flatCost,
  agentsAtRest,
  recorder,
  terminalHub,
  commandLine,
  liveDoors,
  localDeploy,
  siteChecks,
  sitePipeline,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const unknown = positionals.filter((name) => !benchmarks.some((one) => one.name === name));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`bench: there is no benchmark ${unknown.join(', ')}`);
  console.error('usage: script/bench [--json] [--quick] [NAME...]');
  for (const { name, about } of benchmarks) console.error(`  ${name.padEnd(16)} ${about}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const chosen =
  positionals.length === 0
    ? benchmarks
    : benchmarks.filter(({ name }) => positionals.includes(name));
const report: Record<string, readonly Finding[]> = {};
for (const benchmark of chosen) {
  const dir = await mkdtemp(join(tmpdir(), 'tb-bench-'));
  const say = (line: string): void => console.error(`${benchmark.name}: ${line}`);
  try {
    process.env['TMUX_BUILDER_RUNTIME_DIR'] = join(dir, 'r');
    report[benchmark.name] = await benchmark.run({ dir, scale: values.quick ? 0.2 : 1, say });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  if (!values.json) print(benchmark, report[benchmark.name] ?? []);
}
if (values.json) console.log(JSON.stringify(report, undefined, 2));

function print({ name, about }: Benchmark, findings: readonly Finding[]): void {
  console.log(`${name}: ${about}`);
  for (const finding of findings) console.log(`  ${line(finding)}`);
}

function line(finding: Finding): string {
  const { name, unit, median, p95, p99, limit, limited = 'median', note, count } = finding;
  const kept = { true: 'kept', false: 'MISSED', undefined: '' }[String(isKept(finding))] ?? '';
  const bound = limit === undefined ? '' : `  ${limited} <= ${show(limit, unit)} ${kept}`;
  const tail =
    p99 === undefined || count < 2
      ? ''
      : `  p95 ${show(p95 ?? p99, unit)}  p99 ${show(p99, unit)}  n ${count}`;
  return `${name.padEnd(52)} ${show(median, unit).padStart(12)}${tail}${bound}${note === undefined ? '' : `  (${note})`}`;
}

function show(value: number, unit: Finding['unit']): string {
  if (unit === 'jobs') return String(value);
  if (unit === 'ratio') return value.toFixed(4);
  return `${value.toFixed(value < 10 ? 3 : 1)} ${unit}`;
}
