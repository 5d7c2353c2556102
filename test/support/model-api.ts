import type { IncomingMessage, ServerResponse } from 'node:http';
import { openLoopbackServer } from './loopback-server.ts';

/** What the model says to one request. */
export type Reply =
  | { readonly kind: 'text'; readonly text: string }
  | ({ readonly kind: 'tool' } & ToolCall)
  | { readonly kind: 'tools'; readonly calls: readonly ToolCall[] }
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly message: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A conversation as far as it has come: the newest prompt and the tools used since. */
export interface Turn {
  readonly prompt: string;
  readonly toolResults: readonly ToolResult[];
  readonly model: string;
}

export interface ToolResult {
  readonly name: string;
  readonly text: string;
  readonly isError: boolean;
}

/** May wait: the client sees an open stream until it answers. `signal` aborts when it hangs up. */
export type Model = (turn: Turn, signal: AbortSignal) => Reply | Promise<Reply>;

export interface ModelApi extends AsyncDisposable {
  /** For ANTHROPIC_BASE_URL. */
  readonly url: string;
  /** Prompts in the order they came. The same prompt twice means that it was asked twice. */
  readonly prompts: readonly string[];
  /** How often the main conversation was asked for a reply, tools and retries included. */
  readonly requestCount: number;
}

/** Tokens of each reply, so that a test can say what the sum has to be. */
export const replyUsage = { input: 1_000, output: 42, cacheRead: 7, cacheWrite: 3 } as const;

/**
 * Serve the Anthropic Messages API on loopback, as much of it as Claude Code uses.
 *
 * Requests beside the main conversation (titles, quota, token counts) get a fixed answer and are
 * not counted. A request that follows an error is a retry, not a new prompt.
 */
export async function openModelApi(model: Model = readThenWrite): Promise<ModelApi> {
  const prompts: string[] = [];
  let requestCount = 0;
  let isRetry = false;

  const answer = async (body: Body, signal: AbortSignal): Promise<Reply> => {
    if (!body.tools.includes('Read')) return { kind: 'text', text: '{"title":"A title"}' };
    const turn = readTurn(body);
    requestCount += 1;
    if (turn.toolResults.length === 0 && !isRetry) prompts.push(turn.prompt);
    const reply = await model(turn, signal);
    isRetry = reply.kind === 'error';
    return reply;
  };

  const server = await openLoopbackServer(
    async (request, response) => await serve(request, response, answer),
  );
  return {
    url: server.url,
    prompts,
    get requestCount() {
      return requestCount;
    },
    [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
  };
}

/**
 * Do what an instruction asks: read the first path in it, write `RESULT of <what it held>` to the
 * second, say so.
 */
export function readThenWrite({ prompt, toolResults }: Turn): Reply {
  const [from, to] = pathsIn(prompt);
  if (from === undefined || to === undefined) return { kind: 'text', text: `You said: ${prompt}` };
  const [read, written] = toolResults;
  if (read === undefined) return { kind: 'tool', name: 'Read', input: { file_path: from } };
  if (written !== undefined) return { kind: 'text', text: `Wrote ${to}.` };
  const content = `RESULT of ${read.text}\n`;
  return { kind: 'tool', name: 'Write', input: { file_path: to, content } };
}

/** Absolute paths in a text, in order, without the punctuation of the sentence around them. */
export function pathsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/(?<![\w.])\/[\w./-]*\w/g), ([path]) => path);
}

interface Block {
  readonly type: string;
  readonly id?: string;
  readonly name?: string;
  readonly text?: string;
  readonly tool_use_id?: string;
  readonly is_error?: boolean;
  readonly content?: string | readonly Block[];
}

interface Body {
  readonly model: string;
  readonly stream: boolean;
  readonly tools: readonly string[];
  readonly messages: readonly {
    readonly role: string;
    readonly content: string | readonly Block[];
  }[];
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (body: Body, signal: AbortSignal) => Promise<Reply>,
): Promise<void> {
  const path = (request.url ?? '').replace(/\?.*/, '');
  const text = await readAll(request);
  if (path === '/v1/messages/count_tokens') return sendJson(response, 200, { input_tokens: 10 });
  if (path !== '/v1/messages') return sendJson(response, 404, errorBody(404, `no ${path} here`));

  const hangUp = new AbortController();
  response.on('close', () => hangUp.abort(new Error('the client hung up')));
  const raw = JSON.parse(text) as Omit<Body, 'tools' | 'stream'> & {
    readonly tools?: readonly { readonly name: string }[];
    readonly stream?: boolean;
  };
  const tools = (raw.tools ?? []).map(({ name }) => name);
  const body: Body = { ...raw, tools, stream: raw.stream === true };
  const reply = await answer(body, hangUp.signal);
  if (reply.kind === 'error') {
    for (const [name, value] of Object.entries(reply.headers ?? {}))
      response.setHeader(name, value);
    return sendJson(response, reply.status, errorBody(reply.status, reply.message));
  }
  if (body.stream) sendStream(response, reply, body.model);
  else sendJson(response, 200, message(reply, body.model));
}

function readTurn({ messages, model }: Body): Turn {
  let prompt = '';
  let calls: { readonly id: string; readonly name: string; result?: Block }[] = [];
  for (const { role, content } of messages) {
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    if (role === 'assistant') {
      for (const { type, id = '', name = '' } of blocks) {
        if (type === 'tool_use') calls.push({ id, name });
      }
    }
    // The CLI puts its own remarks into the conversation under the role `system`.
    if (role !== 'user') continue;
    const results = blocks.filter(({ type }) => type === 'tool_result');
    for (const result of results) {
      const call = calls.find(({ id }) => id === result.tool_use_id);
      if (call !== undefined) call.result = result;
    }
    const said = blocks.map(({ text = '' }) => withoutReminders(text)).filter((one) => one !== '');
    if (results.length > 0 || said.length === 0) continue;
    prompt = said.join('\n');
    calls = [];
  }
  const toolResults = calls.flatMap(({ name, result }) =>
    result === undefined
      ? []
      : [{ name, text: textOf(result.content), isError: result.is_error === true }],
  );
  return { prompt, toolResults, model };
}

function textOf(content: string | readonly Block[] = ''): string {
  return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('');
}

/** The CLI adds what it wants the model to know to the user's text, between these tags. */
function withoutReminders(text: string): string {
  return text.replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim();
}

type Answer = Exclude<Reply, { readonly kind: 'error' }>;

let count = 0;

function message(reply: Answer, model: string) {
  count += 1;
  return {
    id: `msg_${count}`,
    type: 'message',
    role: 'assistant',
    model,
    content: contentOf(reply),
    stop_reason: reply.kind === 'text' ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage: {
      input_tokens: replyUsage.input,
      output_tokens: replyUsage.output,
      cache_read_input_tokens: replyUsage.cacheRead,
      cache_creation_input_tokens: replyUsage.cacheWrite,
    },
  };
}

type Content =
  | { readonly type: 'text'; readonly text: string }
  | ({ readonly type: 'tool_use'; readonly id: string } & ToolCall);

function contentOf(reply: Answer): readonly Content[] {
  if (reply.kind === 'text') return [{ type: 'text', text: reply.text }];
  const calls = reply.kind === 'tools' ? reply.calls : [reply];
  return calls.map(({ name, input }, index) => {
    return { type: 'tool_use', id: `toolu_${count}_${index}`, name, input };
  });
}

function sendStream(response: ServerResponse, reply: Answer, model: string): void {
  const { content, stop_reason, usage, ...rest } = message(reply, model);
  const send = (type: string, fields: object = {}): void => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const start = { ...rest, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  send('message_start', { message: start });
  for (const [index, block] of content.entries()) {
    const isText = block.type === 'text';
    const empty = isText ? { type: 'text', text: '' } : { ...block, input: {} };
    const delta = isText
      ? { type: 'text_delta', text: block.text }
      : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
    send('content_block_start', { index, content_block: empty });
    send('content_block_delta', { index, delta });
    send('content_block_stop', { index });
  }
  const end = { output_tokens: usage.output_tokens };
  send('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: end });
  send('message_stop');
  response.end();
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function errorBody(status: number, text: string) {
  const types: Readonly<Record<number, string>> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    404: 'not_found_error',
    429: 'rate_limit_error',
    529: 'overloaded_error',
  };
  return { type: 'error', error: { type: types[status] ?? 'api_error', message: text } };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
