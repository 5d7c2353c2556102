import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { z } from 'zod';
import { main, type Program } from '../e2e/cli-program.ts';

/** Debian's; another one is named by TMUX_BUILDER_CHROMIUM. */
const executablePath = process.env['TMUX_BUILDER_CHROMIUM'] ?? '/usr/bin/chromium';

/** Nothing but the test talks to anybody: no updates, no sync, no QUIC. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  // Terminals are then drawn by elements, whose text a test can read.
  '--disable-3d-apis',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const buildWeb = fileURLToPath(new URL('../../script/build-web', import.meta.url));

const startLine = z.object({
  kind: z.literal('server.started'),
  url: z.string(),
  port: z.int(),
  first_admin_url: z.string().nullable(),
});

export interface View {
  readonly width?: number;
  readonly height?: number;
  readonly colours?: 'light' | 'dark';
}

/** A server of the program under test, with its dashboard. */
export class Served implements AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Where the first admin chooses a password; null when there is one. */
  readonly firstAdminUrl: string | null;
  readonly #end: (signal: NodeJS.Signals) => Promise<void>;

  private constructor(
    { url, port, first_admin_url: first }: z.infer<typeof startLine>,
    end: (signal: NodeJS.Signals) => Promise<void>,
  ) {
    this.url = url;
    this.port = port;
    this.firstAdminUrl = first;
    this.#end = end;
  }

  /** Build the dashboard where it is older than its sources, and serve it on loopback. */
  static async start(program: Program, options: readonly string[] = []): Promise<Served> {
    await promisify(execFile)(buildWeb);
    program.hasServed = true;
    const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--json', ...options], {
      env: program.environment,
      cwd: program.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = once(child, 'close');
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors = `${errors}${chunk.toString()}`.slice(-20_000);
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const started = startLine.safeParse(JSON.parse(line));
      if (!started.success) continue;
      child.stdout.resume();
      return new Served(started.data, async (signal) => {
        child.kill(signal);
        await closed;
      });
    }
    await closed;
    throw new Error(`the server did not start: ${errors}`);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGTERM');
  }
}

/** Chromium, and where its screenshots are kept: TMUX_BUILDER_ARTIFACTS, or a temporary directory. */
export class Chromium implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #artifacts: string;

  private constructor(browser: Browser, artifacts: string) {
    this.#browser = browser;
    this.#artifacts = artifacts;
  }

  static async open(): Promise<Chromium> {
    const artifacts = process.env['TMUX_BUILDER_ARTIFACTS'] ?? join(tmpdir(), 'screenshots');
    await mkdir(artifacts, { recursive: true });
    return new Chromium(await chromium.launch({ executablePath, args: quiet }), artifacts);
  }

  /** A browser of its own, with no cookies: another person. */
  async person(view: View = {}): Promise<Page> {
    const { width = 1280, height = 800, colours = 'light' } = view;
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: colours,
      reducedMotion: 'reduce',
      locale: 'en-GB',
    });
    return await watch(context);
  }

  /** Another page of the same person. */
  async again(page: Page): Promise<Page> {
    return await watch(page.context());
  }

  /** Keep a picture for whoever looks at the run. */
  async keep(page: Page, name: string): Promise<void> {
    await page.screenshot({ path: join(this.#artifacts, `${name}.png`) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

const LIMIT_MS = 60_000;

/** Faults of the page are faults of the test: they come out in `faultsOf`. */
const faults = new WeakMap<Page, string[]>();

async function watch(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  const list: string[] = [];
  faults.set(page, list);
  page.on('pageerror', (error) => list.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && /Content Security Policy/.test(text)) list.push(text);
  });
  return page;
}

/** What went wrong in a page so far: errors that nobody caught, and what its policy forbade. */
export function faultsOf(page: Page): readonly string[] {
  return faults.get(page) ?? [];
}

const PASSWORD = 'correct horse battery';

/** Become the first admin by the one-time link; ends on the first page, logged in. */
export async function becomeAdmin(page: Page, server: Served, name = 'ada'): Promise<void> {
  if (server.firstAdminUrl === null) throw new Error('there is an admin already');
  await page.goto(server.firstAdminUrl);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByRole('heading', { name: 'Needs you' }).waitFor();
}

/** What axe finds wrong: a line for each rule, with where. */
export async function axeProblems(page: Page): Promise<readonly string[]> {
  // What is framed is another page, with landmarks of its own.
  const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
  return violations.map(({ id, help, nodes }) => {
    const where = nodes.map(
      ({ target, failureSummary }) => `${target.join(' ')} ${failureSummary}`,
    );
    return `${id}: ${help}\n  ${where.slice(0, 5).join('\n  ')}`;
  });
}

/** By how many pixels the page is wider than its window. */
export async function overflowOf(page: Page): Promise<number> {
  return await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}
