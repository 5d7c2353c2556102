import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';

export const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** Resolves once stderr or stdout holds this text. */
  until(words: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

type Environment = Readonly<Record<string, string>>;

/** The program on a data directory of its own, where Claude Code is never found. */
export class Program implements AsyncDisposable {
  /**
   * A server that ends between the end of a job and that of its agent leaves that to the next
   * worker: then there is to be one.
   */
  hasServed = false;

  readonly dir: string;
  readonly dataDir: string;
  readonly environment: Environment;

  private constructor(dir: string, environment: Environment) {
    this.dir = dir;
    this.dataDir = join(dir, 'data');
    this.environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: dir,
      TERM: 'xterm-256color',
      TMUX_BUILDER_DATA_DIR: this.dataDir,
      TMUX_BUILDER_RUNTIME_DIR: join(dir, 'run'),
      TMUX_BUILDER_CLAUDE_PATH: join(dir, 'no-claude'),
      TMUX_BUILDER_PASS_ENVIRONMENT: 'DEMO_AGENT',
      ...environment,
    };
  }

  /** @param scenario how the demo agent behaves; see src/demo-agent/scenario.ts. */
  static async open(scenario: object = {}): Promise<Program> {
    const dir = await mkdtemp(join(tmpdir(), 'tb-cli-'));
    return new Program(dir, { DEMO_AGENT: JSON.stringify(scenario) });
  }

  /** Run the program to its end. */
  async run(args: readonly string[], input = '', environment: Environment = {}): Promise<Ended> {
    return await this.start(args, input, environment).ended;
  }

  /** Run it with `--json` and read what it printed with a schema. */
  async json<T>(schema: z.ZodType<T>, args: readonly string[]): Promise<T> {
    const { stdout, stderr } = await this.run([...args, '--json']);
    try {
      return schema.parse(JSON.parse(stdout));
    } catch (error) {
      throw new Error(`${args.join(' ')} printed ${stdout} ${stderr}`, { cause: error });
    }
  }

  start(args: readonly string[], input = '', environment: Environment = {}): Running {
    const child = spawn(process.execPath, [main, ...args], {
      env: { ...this.environment, ...environment },
      cwd: this.dir,
    });
    let seen = '';
    const listeners = new Set<() => void>();
    const hear = (chunk: Buffer): void => {
      seen += chunk.toString();
      for (const listener of listeners) listener();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const exit = new Promise<number | null>((resolve, reject) => {
      child.on('close', resolve);
      child.on('error', reject);
    });
    const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
    const ended = Promise.all([exit, outputs]).then(([code, [stdout, stderr]]) => ({
      code,
      stdout,
      stderr,
    }));
    return {
      ended,
      kill: (signal) => child.kill(signal),
      until: async (words) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const look = (): void => {
          if (seen.includes(words)) resolve();
        };
        listeners.add(look);
        look();
        child.on('close', () => reject(new Error(`ended without "${words}": ${seen}`)));
        await promise;
        listeners.delete(look);
      },
    };
  }

  /** End every agent that is left, then remove the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { stdout } = await this.run(['job', 'list', '--all', '--json']);
    const open = [...stdout.matchAll(/"job_id":"(\w+)","session_id":"\w+","status":"(\w+)"/g)]
      .filter(([, , status = '']) => ['queued', 'leased', 'running'].includes(status))
      .map(([, id = '']) => id);
    if (open.length > 0) await this.run(['job', 'cancel', ...open]);
    if (this.hasServed) await this.run(['worker', '--until-idle']);
    await rm(this.dir, { recursive: true, force: true, maxRetries: 3 });
  }
}
