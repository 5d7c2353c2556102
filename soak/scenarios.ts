import type { Random } from './random.ts';

/** How an agent goes wrong; the numbers are those of the fault matrix. */
const faults: readonly { readonly name: string; readonly scenario: object }[] = [
  { name: 'F01 slow start', scenario: { startDelayMs: 1_500 } },
  { name: 'F02 trust dialog', scenario: { trust: true } },
  { name: 'F03 exits at once', scenario: { crash: { phase: 'start', status: 127 } } },
  { name: 'F07 Enter swallowed after a paste', scenario: { pasteGuardMs: 150 } },
  { name: 'F19 hangs with a spinner', scenario: { hang: true } },
  { name: 'F23 permission in mid-job', scenario: { permission: true } },
  { name: 'F24 flood', scenario: { flood: 5_000 } },
  { name: 'F25 garbage', scenario: { garbage: true } },
  { name: 'F27 crash in mid-turn', scenario: { crash: { phase: 'submitted', status: 3 } } },
  {
    name: 'F27 killed in mid-turn',
    scenario: { crash: { phase: 'submitted', signal: 'SIGKILL' } },
  },
  { name: 'F27 crash after the output', scenario: { crash: { phase: 'output', status: 3 } } },
  { name: 'F29 no output', scenario: { output: 'none' } },
  { name: 'F30 ignores TERM and HUP', scenario: { ignore: ['SIGTERM', 'SIGHUP'] } },
  { name: 'F31 a child stays', scenario: { fork: true } },
  { name: 'F33 output in parts', scenario: { output: 'partial' } },
  { name: 'F34 output twice', scenario: { output: 'twice' } },
  { name: 'F36 empty output', scenario: { output: 'empty' } },
  { name: 'F36 output is a link', scenario: { output: 'symlink' } },
  { name: 'F36 output is a directory', scenario: { output: 'directory' } },
  { name: 'F36 output elsewhere', scenario: { output: 'wrong-path' } },
  { name: 'F38 output after the end', scenario: { output: 'late' } },
  { name: 'no word of the turn’s end', scenario: { stop: false } },
];

export interface Fate {
  /** Undefined for an agent that behaves. */
  readonly fault: string | undefined;
  /** One scenario an attempt; later attempts behave. */
  readonly scenarios: readonly object[];
}

/** Draw what happens to a job's agents: with this share its first attempt goes wrong. */
export function drawFate(random: Random, share: number): Fate {
  const log = 'agent.log';
  const workDelayMs = random.between(0, 800);
  const fault = random.chance(share) ? random.pick(faults) : undefined;
  const plain = { log, workDelayMs };
  return { fault: fault?.name, scenarios: [{ ...plain, ...fault?.scenario }, plain, plain, plain] };
}
