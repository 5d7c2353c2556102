import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type AgentAddress,
  type AgentRequest,
  eventsLink,
  type Exchange,
  type PermissionPolicy,
} from '../agents/index.ts';
import { CodedError, systemCode, writeFileAtomic } from '../base/index.ts';

/** A session's main agent: one conversation that takes prompt after prompt. */
export interface MainAgent {
  readonly adapter: string;
  /** Counts its starts; each has a directory `state/agent-<number>` of its own. */
  readonly number: number;
  readonly nonce: string;
  readonly runId: string;
  readonly conversationId: string;
  /** Conversation of the start before, which this one goes on with. */
  readonly resume?: string | undefined;
  /** Its conversation as its CLI names it, once an exchange has told. */
  readonly spoken?: string | undefined;
  /** Its conversation turned out to be damaged: the next one begins another. */
  readonly isGivenUp?: boolean | undefined;
  readonly model?: string | undefined;
  readonly socketPath: string;
  /** Undefined until it runs. */
  readonly address?: AgentAddress | undefined;
}

/** Lies in the session's `state/agent.json`, written before the agent is started. */
const recordSchema = z.object({
  version: z.literal(1),
  adapter: z.string(),
  number: z.int(),
  nonce: z.string(),
  runId: z.string(),
  conversationId: z.string(),
  resume: z.string().optional(),
  spoken: z.string().optional(),
  isGivenUp: z.boolean().optional(),
  model: z.string().optional(),
  socketPath: z.string(),
  address: z
    .object({
      socketPath: z.string(),
      server: z.object({ pid: z.int(), startTime: z.string() }),
      paneId: z.string(),
    })
    .optional(),
});

/** Undefined when the session has none. */
export async function readMainAgent(sessionDir: string): Promise<MainAgent | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(recordPath(sessionDir), 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeMainAgent(sessionDir: string, agent: MainAgent): Promise<void> {
  const content = `${JSON.stringify({ version: 1, ...agent }, undefined, 2)}\n`;
  await writeFileAtomic(recordPath(sessionDir), content, { durable: true });
}

/** Have the next main agent of the session begin a conversation of its own. */
export async function giveConversationUp(sessionDir: string): Promise<void> {
  const record = await readMainAgent(sessionDir);
  if (record !== undefined) await writeMainAgent(sessionDir, { ...record, isGivenUp: true });
}

/**
 * Have a restored session's main agent be one that has ended: the one that its record names may
 * live, in the original. Its conversation is gone on with.
 */
export async function disownMainAgent(sessionDir: string): Promise<void> {
  const record = await readMainAgent(sessionDir);
  if (record === undefined) return;
  const { address: _address, ...rest } = record;
  const socketPath = join(sessionDir, 'restored', record.nonce.slice(0, 12), 'tmux.sock');
  await writeMainAgent(sessionDir, { ...rest, runId: `restored.${record.runId}`, socketPath });
}

export async function forgetMainAgent(sessionDir: string): Promise<void> {
  await rm(recordPath(sessionDir), { force: true });
}

export interface MainAgentPlace {
  /** Absolute directory of the session. */
  readonly sessionDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly policy: PermissionPolicy;
  /** What it works on; undefined for an agent that only is to be there. */
  readonly exchange: Exchange | undefined;
}

/** What starts or adopts a main agent. */
export function mainAgentRequest(agent: MainAgent, place: MainAgentPlace): AgentRequest {
  const { sessionDir, environment, policy } = place;
  const homeDir = mainAgentHome(agent, sessionDir);
  return {
    adapter: agent.adapter,
    exchange: place.exchange ?? noExchange(homeDir, agent.nonce),
    mode: 'persistent',
    homeDir,
    exchangeDirs: [join(sessionDir, 'jobs'), homeDir],
    directory: join(sessionDir, 'source'),
    isDirectoryOurs: true,
    environment,
    socketPath: agent.socketPath,
    runId: agent.runId,
    conversationId: agent.conversationId,
    resume: agent.resume,
    model: agent.model,
    policy,
    command: undefined,
  };
}

/** Directory of one start of a main agent: its settings and what it printed. */
export function mainAgentHome({ number }: Pick<MainAgent, 'number'>, sessionDir: string): string {
  return join(sessionDir, 'state', `agent-${number}`);
}

function noExchange(homeDir: string, nonce: string): Exchange {
  const dir = join(homeDir, 'idle');
  return {
    dir,
    promptPath: join(dir, 'prompt.md'),
    outputPath: join(dir, `output-${nonce}.md`),
    eventsDir: join(dir, 'events'),
    since: 0,
    nonce,
    instruction: undefined,
  };
}

/** A conversation is held by one kind of agent, and another was asked for. */
export class OtherAgentError extends CodedError {
  constructor(session: { readonly id: string; readonly name?: string }, names: AgentNames) {
    const { id, name = id } = session;
    const { holder, wanted } = names;
    super(
      'session.other-agent',
      `The conversation of session ${name} is held by ${holder}, not by ${wanted}.`,
      {
        facts: { sessionId: id, agent: holder, wanted },
        todo: `End it first: tmux-builder session stop ${id}`,
      },
    );
  }
}

interface AgentNames {
  readonly holder: string;
  readonly wanted: string;
}

/** The same agent as its hooks tell of it now, whatever exchange they write to. */
export function withPresentEvents(request: AgentRequest): AgentRequest {
  const eventsDir = eventsLink(request.homeDir);
  return { ...request, exchange: { ...request.exchange, eventsDir } };
}

/** Have the agent's hooks write to the events of this exchange from now on. */
export async function turnTo({ homeDir, exchange }: AgentRequest): Promise<void> {
  const link = eventsLink(homeDir);
  const next = `${link}.next`;
  await mkdir(homeDir, { recursive: true });
  await rm(next, { force: true });
  await symlink(exchange.eventsDir, next);
  await rename(next, link);
}

function recordPath(sessionDir: string): string {
  return join(sessionDir, 'state', 'agent.json');
}
