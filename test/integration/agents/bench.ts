import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Adapter } from '../../../src/agents/adapter.ts';
import { openAgents } from '../../../src/agents/engine.ts';
import type { AgentRequest, Agents } from '../../../src/agents/index.ts';
import {
  type Clock,
  findByEnvironment,
  lineLog,
  randomIds,
  systemClock,
} from '../../../src/base/index.ts';

/** Long enough for a loaded machine; a test that reaches it has failed. */
export function within(ms: number, what: string): AbortSignal {
  return systemClock.deadline(ms, new Error(`not within ${ms} ms: ${what}`)).signal;
}

/** A temporary place for agents; disposing ends all that were started and checks that none is left. */
export class Bench implements AsyncDisposable {
  readonly dir: string;
  readonly agents: Agents;
  readonly problems: string[] = [];
  readonly #requests: AgentRequest[] = [];
  #count = 0;
  readonly #ids = randomIds(systemClock);
  readonly #adapter: Adapter;

  static async open(adapter: Adapter, clock: Clock = systemClock): Promise<Bench> {
    return new Bench(adapter, await mkdtemp(join(tmpdir(), 'tb-agents-')), clock);
  }

  private constructor(adapter: Adapter, dir: string, clock: Clock) {
    this.#adapter = adapter;
    this.dir = dir;
    this.agents = this.another(clock);
  }

  /** What a second process of ours would have. */
  another(clock: Clock = systemClock): Agents {
    const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
    const log = lineLog('warn', (line) => void this.problems.push(line), clock);
    return openAgents({ adapters: [this.#adapter], clock, log, environment });
  }

  async request(more: Partial<AgentRequest> = {}): Promise<AgentRequest> {
    const name = `a${(this.#count += 1)}`;
    const nonce = this.#ids.nonce();
    const dir = join(this.dir, name, 'exchange');
    const directory = join(this.dir, name, 'work');
    const eventsDir = join(dir, 'events');
    await mkdir(eventsDir, { recursive: true });
    await mkdir(directory);
    const promptPath = join(dir, 'prompt.md');
    const outputPath = join(dir, `output-${nonce}.md`);
    await writeFile(
      promptPath,
      '---\ntemplate: "echo_test"\nfiles: []\n---\nhello from the test\n',
    );
    const instruction = `Read the file ${promptPath} and do what it says. Write your whole answer to the file ${outputPath}`;
    const request: AgentRequest = {
      adapter: this.#adapter.name,
      exchange: { dir, promptPath, outputPath, eventsDir, since: 0, nonce, instruction },
      mode: 'one-shot',
      homeDir: dir,
      exchangeDirs: [dir],
      directory,
      isDirectoryOurs: true,
      socketPath: join(this.dir, name, 's', 'tmux.sock'),
      runId: this.#ids.next('run'),
      conversationId: crypto.randomUUID(),
      model: undefined,
      resume: undefined,
      policy: { otherwise: 'allow', rules: [] },
      command: undefined,
      ...more,
      environment: {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        HOME: this.dir,
        LANG: 'C.UTF-8',
        ...more.environment,
      },
    };
    this.#requests.push(request);
    return request;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const request of this.#requests) await this.agents.clear(request, within(20_000, 'clear'));
    for (const request of this.#requests) expectNoProcess(request);
    await rm(this.dir, { recursive: true, force: true });
  }
}

export function expectNoProcess({ runId }: Pick<AgentRequest, 'runId'>): void {
  expect(findByEnvironment('TMUX_BUILDER_RUN', runId)).toEqual([]);
}

/** Lines of a file, none when it is not there. */
export async function linesOf(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  } catch {
    return [];
  }
}
