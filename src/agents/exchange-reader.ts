import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/index.ts';
import type { Adapter } from './adapter.ts';
import type { AgentRequest } from './agent.ts';
import type { Sighting } from './evidence.ts';
import { readEvents, type SpooledEvent } from './hook-spool.ts';
import { EXIT_FILE, findExit } from './runner.ts';

/** Reads an exchange's evidence, each hook event once. */
export class ExchangeReader {
  readonly #adapter: Adapter;
  readonly #request: AgentRequest;
  readonly #known = new Set<string>();

  constructor(adapter: Adapter, request: AgentRequest) {
    this.#adapter = adapter;
    this.#request = request;
  }

  /** What is there and was not told yet. An exit comes last: nothing is written after it. */
  async read(): Promise<readonly Sighting[]> {
    const { exchange } = this.#request;
    // Looked at first: what the agent did before its exit is then found below.
    const exit = await findExit(exchange);
    const events = await this.#events();
    const outputAt = await modifiedAt(exchange.outputPath);
    const exitAt = exit && (await modifiedAt(join(exchange.dir, EXIT_FILE)));
    return [
      ...events,
      ...(outputAt === undefined ? [] : [{ source: 'output', at: outputAt } as const]),
      ...(exit === undefined ? [] : [{ source: 'exit', at: exitAt ?? 0, exit } as const]),
    ];
  }

  async #events(): Promise<readonly Sighting[]> {
    const { eventsDir } = this.#request.exchange;
    const events = await readEvents(eventsDir, this.#known);
    for (const { file } of events) this.#known.add(file);
    return events.flatMap((event) => this.#sighting(event) ?? []);
  }

  #sighting(event: SpooledEvent): Sighting | undefined {
    const meaning = this.#adapter.readEvent(event, this.#request);
    if (meaning === undefined) return undefined;
    const { nonce } = this.#request.exchange;
    const isOurs = meaning.kind === 'prompt-submitted' && (meaning.text ?? nonce).includes(nonce);
    const { file, name, at } = event;
    return { source: 'hook', at, event: { file, name, meaning, isOurs } };
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
