import type { IncomingMessage, ServerResponse } from 'node:http';
import { openLoopbackServer } from './loopback-server.ts';
import { pathsIn, type Reply, type Turn } from './model-api.ts';

type ErrorReply = Extract<Reply, { readonly kind: 'error' }>;

/** `headers` of an error say when to try again. */
export type ChatReply =
  | Exclude<Reply, ErrorReply>
  | (ErrorReply & { readonly headers?: Readonly<Record<string, string>> });

/** May wait: the client sees an open stream until it answers. `signal` aborts when it hangs up. */
export type ChatModel = (turn: Turn, signal: AbortSignal) => ChatReply | Promise<ChatReply>;

export interface ChatCompletionsApi extends AsyncDisposable {
  /** The base URL of an OpenAI-compatible provider. */
  readonly url: string;
  /** Prompts in the order they came. The same prompt twice means that it was asked twice. */
  readonly prompts: readonly string[];
  /** How often a conversation was asked for a reply, tools and retries included. */
  readonly requestCount: number;
  /** The whole of the newest of those requests. */
  readonly lastRequest: string;
}

/** Tokens of each reply; those of the prompt include the cached ones, the others the reasoning. */
export const chatUsage = { prompt: 1_007, cached: 7, completion: 42, reasoning: 2 } as const;

/**
 * Serve the Chat Completions API on loopback, as much of it as opencode uses.
 *
 * Requests beside a conversation (they offer no tools: titles) get a fixed answer and are not
 * counted. A request that follows an error is a retry, not a new prompt.
 */
export async function openChatCompletionsApi(
  model: ChatModel = readThenWrite,
): Promise<ChatCompletionsApi> {
  const prompts: string[] = [];
  let requestCount = 0;
  let lastRequest = '';
  let isRetry = false;

  const answer = async (body: Body, signal: AbortSignal): Promise<ChatReply> => {
    if ((body.tools ?? []).length === 0) return { kind: 'text', text: 'A title' };
    const turn = readTurn(body);
    requestCount += 1;
    lastRequest = JSON.stringify(body);
    if (turn.toolResults.length === 0 && !isRetry) prompts.push(turn.prompt);
    const reply = await model(turn, signal);
    isRetry = reply.kind === 'error';
    return reply;
  };

  const server = await openLoopbackServer(
    async (request, response) => await serve(request, response, answer),
  );
  return {
    url: `${server.url}/v1`,
    prompts,
    get requestCount() {
      return requestCount;
    },
    get lastRequest() {
      return lastRequest;
    },
    [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
  };
}

/**
 * Do what an instruction asks: read the first path in it, write `RESULT of <what it held>` to the
 * second, say so.
 */
export function readThenWrite({ prompt, toolResults }: Turn): ChatReply {
  const [from, to] = pathsIn(prompt);
  if (from === undefined || to === undefined) return { kind: 'text', text: `You said: ${prompt}` };
  const [read, written] = toolResults;
  if (read === undefined) return { kind: 'tool', name: 'read', input: { filePath: from } };
  if (written !== undefined) return { kind: 'text', text: `Wrote ${to}.` };
  const content = `RESULT of ${read.text}\n`;
  return { kind: 'tool', name: 'write', input: { filePath: to, content } };
}

interface Message {
  readonly role: string;
  readonly content?: string | readonly { readonly text?: string }[] | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string };
  }[];
  readonly tool_call_id?: string;
}

interface Body {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly object[];
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (body: Body, signal: AbortSignal) => Promise<ChatReply>,
): Promise<void> {
  const body = JSON.parse(await readAll(request)) as Body;
  const hangUp = new AbortController();
  response.on('close', () => hangUp.abort(new Error('the client hung up')));
  const reply = await answer(body, hangUp.signal);
  if (reply.kind === 'error') return sendError(response, reply);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const chunk of chunksOf(reply, body.model)) {
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

function readTurn({ messages, model }: Body): Turn {
  let prompt = '';
  let calls: { readonly id: string; readonly name: string; result?: string }[] = [];
  for (const { role, content, tool_calls = [], tool_call_id } of messages) {
    const text = textOf(content);
    for (const { id, function: called } of tool_calls) calls.push({ id, name: called.name });
    const call = calls.find(({ id }) => id === tool_call_id);
    if (call !== undefined) call.result = text;
    if (role !== 'user') continue;
    prompt = text;
    calls = [];
  }
  const toolResults = calls.flatMap(({ name, result }) =>
    // The API has no field for an error.
    result === undefined ? [] : [{ name, text: result, isError: false }],
  );
  return { prompt, toolResults, model };
}

function textOf(content: Message['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text = '' }) => text).join('\n');
}

let count = 0;

function chunksOf(reply: Exclude<ChatReply, ErrorReply>, model: string): readonly object[] {
  count += 1;
  const base = { id: `chatcmpl-${count}`, object: 'chat.completion.chunk', created: 0, model };
  const calls = reply.kind === 'tool' ? [reply] : reply.kind === 'tools' ? reply.calls : [];
  const delta =
    reply.kind === 'text'
      ? { content: reply.text }
      : {
          tool_calls: calls.map(({ name, input }, index) => ({
            index,
            id: `call_${count}_${index}`,
            type: 'function',
            function: { name, arguments: JSON.stringify(input) },
          })),
        };
  const finish_reason = reply.kind === 'text' ? 'stop' : 'tool_calls';
  const { prompt, cached, completion, reasoning } = chatUsage;
  const usage = {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
  return [
    { ...base, choices: [{ index: 0, delta: { role: 'assistant', ...delta } }] },
    { ...base, choices: [{ index: 0, delta: {}, finish_reason }], usage },
  ];
}

function sendError(
  response: ServerResponse,
  { status, message, headers = {} }: Extract<ChatReply, { readonly kind: 'error' }>,
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message, type: 'an_error', code: status } }));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
