import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { siteView } from '../../src/contract/index.ts';
import { type Ended, Program, type Running } from './cli-program.ts';

/** What commands that do an execution here print with `--json`. */
export const siteResult = siteView.extend({
  screenshots: z.array(z.string()),
  report_path: z.string().nullable(),
  tests: z.record(z.enum(['passed', 'failed', 'skipped']), z.int()).nullable(),
});

/** The program with sites; what they leave running is ended with it. */
export class SiteProgram implements AsyncDisposable {
  readonly program: Program;
  readonly #variables: Readonly<Record<string, string>>;

  private constructor(program: Program, variables: Readonly<Record<string, string>>) {
    this.program = program;
    this.#variables = variables;
  }

  /** `variables` are set for the program beside its own. */
  static async open(variables: Readonly<Record<string, string>> = {}): Promise<SiteProgram> {
    return new SiteProgram(await Program.open({}), variables);
  }

  /** Where no browser is installed, checks that need one are skipped: most tests need none. */
  static async withoutBrowser(scenario: object = {}): Promise<SiteProgram> {
    const program = await Program.open(scenario);
    const dir = join(program.dir, 'bin');
    await mkdir(dir);
    const dirs = (program.environment['PATH'] ?? '').split(':').toReversed();
    const found = new Map<string, string>();
    for (const one of dirs) {
      // A directory of PATH need not be there.
      const names = await readdir(one).catch(() => []);
      for (const name of names) found.set(name, join(one, name));
    }
    const kept = [...found].filter(([name]) => !/chrom|google|firefox/.test(name));
    for (const [name, target] of kept) await symlink(target, join(dir, name));
    return new SiteProgram(program, { PATH: dir });
  }

  get environment(): Readonly<Record<string, string>> {
    return {
      // Nobody asks a cloud's machine for credentials: there is none.
      AWS_EC2_METADATA_DISABLED: 'true',
      ...this.#variables,
    };
  }

  start(args: readonly string[], input = ''): Running {
    return this.program.start(args, input, this.environment);
  }

  async run(args: readonly string[], input = ''): Promise<Ended> {
    return await this.start(args, input).ended;
  }

  async json<T>(schema: z.ZodType<T>, args: readonly string[], input = ''): Promise<T> {
    const { stdout, stderr } = await this.run([...args, '--json'], input);
    const read = schema.safeParse(asJson(stdout));
    if (read.success) return read.data;
    throw new Error(`${args.join(' ')} printed ${stdout} ${stderr}`, { cause: read.error });
  }

  /** The code of the error that a command ends with. */
  async failure(args: readonly string[]): Promise<{ code: number | null; error: string }> {
    const { code, stdout } = await this.run([...args, '--json']);
    const { error } = z.object({ error: z.object({ code: z.string() }) }).parse(asJson(stdout));
    return { code, error: error.code };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { items } = await this.json(z.object({ items: z.array(siteView) }), ['site', 'list']);
    const left = items.filter(({ execution }) => execution.ended_at === null);
    for (const { session_id: id } of left) await this.run(['site', 'cancel', id]);
    // An agent that is at work is not stopped: its job has to end first.
    if (left.length > 0) await this.run(['worker', '--until-idle']);
    for (const { session_id: id, status } of items) {
      if (status !== 'destroyed') await this.run(['site', 'destroy', id, '--yes']);
      await this.run(['session', 'stop', id]);
    }
    await this.program[Symbol.asyncDispose]();
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
