import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { systemCode } from '../base/index.ts';
import type { Adapter, HookEvent } from './adapter.ts';
import type { AgentRequest, Dialog } from './agent.ts';
import type { Sighting } from './evidence.ts';
import { readEvents, type SpooledEvent } from './hook-spool.ts';
import { decide } from './policy.ts';
import { isAwaited, listReplies } from './replies.ts';
import { exitPath, findExit } from './runner.ts';

/** Reads an exchange's evidence, each hook event once. */
export class ExchangeReader {
  readonly #adapter: Adapter;
  readonly #request: AgentRequest;
  readonly #known = new Set<string>();
  /** Questions whose hooks waited at the last look. */
  readonly #open = new Set<string>();

  constructor(adapter: Adapter, request: AgentRequest) {
    this.#adapter = adapter;
    this.#request = request;
  }

  /**
   * What is there and was not told yet. An exit comes last: nothing is written after it.
   *
   * @param now wall time in ms.
   */
  async read(now: number): Promise<readonly Sighting[]> {
    const { exchange, homeDir } = this.#request;
    // Looked at first: what the agent did before its exit is then found below.
    const exit = (await holds(exitPath(homeDir))) ? await findExit(homeDir) : undefined;
    const closed = await this.#closed();
    const events = await this.#events();
    const { outputPath } = exchange;
    const outputAt = (await holds(outputPath)) ? await modifiedAt(outputPath) : undefined;
    const exitAt = exit && (await modifiedAt(exitPath(homeDir)));
    return [
      ...events,
      ...(closed.length === 0 ? [] : [{ source: 'reply', at: now, closed } as const]),
      ...(outputAt === undefined ? [] : [{ source: 'output', at: outputAt } as const]),
      ...(exit === undefined ? [] : [{ source: 'exit', at: exitAt ?? 0, exit } as const]),
    ];
  }

  async #events(): Promise<readonly Sighting[]> {
    const { exchange, homeDir } = this.#request;
    const events = await readEvents(exchange.eventsDir, this.#known);
    const waiting = events.length === 0 ? new Set<string>() : await listReplies(homeDir);
    const sightings: Sighting[] = [];
    for (const event of events) {
      const reply = replyOf(event);
      const isOpen = waiting.has(reply) && (await isAwaited(homeDir, reply));
      if (isOpen) this.#open.add(reply);
      sightings.push(...this.#sighting(isOpen ? { ...event, reply } : event));
      this.#known.add(event.file);
    }
    return sightings;
  }

  async #closed(): Promise<readonly string[]> {
    const closed: string[] = [];
    for (const reply of this.#open) {
      if (!(await isAwaited(this.#request.homeDir, reply))) closed.push(reply);
    }
    for (const reply of closed) this.#open.delete(reply);
    return closed;
  }

  #sighting(event: SpooledEvent): readonly Sighting[] {
    const meaning = this.#adapter.readEvent(event, this.#request);
    if (meaning === undefined) return [];
    const { nonce } = this.#request.exchange;
    const isOurs = meaning.kind === 'prompt-submitted' && (meaning.text ?? nonce).includes(nonce);
    const { file, name, at } = event;
    const decision = meaning.kind === 'asking' ? this.#decision(meaning.dialog, event) : undefined;
    return [{ source: 'hook', at, event: { file, name, meaning, isOurs, decision } }];
  }

  /** Only what can be answered without a person counts as decided. */
  #decision(dialog: Dialog, event: HookEvent): 'allow' | 'deny' | undefined {
    const { tool, reply } = dialog;
    if (tool === undefined || reply === undefined) return undefined;
    const decision = decide(this.#request.policy, tool);
    if (decision === 'ask') return undefined;
    const text = this.#adapter.reply?.({ kind: decision }, dialog, event);
    return text === undefined ? undefined : decision;
  }
}

/** The question that an event asks goes by the name of its file. */
export function replyOf({ file }: Pick<SpooledEvent, 'file'>): string {
  return file.replace(/\.json$/, '');
}

/**
 * Whether a file is there, by the list of its directory: most looks find none, and to fail for it
 * costs ten times as much as to read the list.
 */
async function holds(path: string): Promise<boolean> {
  try {
    return (await readdir(dirname(path))).includes(basename(path));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function modifiedAt(path: string): Promise<number | undefined> {
  try {
    return Math.floor((await lstat(path)).mtimeMs);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
