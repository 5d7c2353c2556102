import type { IncomingMessage, ServerResponse } from 'node:http';
import { openLoopbackServer } from './loopback-server.ts';
import { pathsIn, type Reply, type Turn } from './model-api.ts';

type ErrorReply = Extract<Reply, { readonly kind: 'error' }>;
type ToolReply = Extract<Reply, { readonly kind: 'tool' }>;

/**
 * `namespace`: the tool is one of a group. `details` are fields of the error's body: its type, when
 * a limit is lifted.
 */
export type ResponsesReply =
  | Exclude<Reply, ErrorReply>
  | (ToolReply & { readonly namespace: string })
  | (ErrorReply & { readonly details?: Readonly<Record<string, unknown>> });

/** May wait: the client sees an open stream until it answers. `signal` aborts when it hangs up. */
export type ResponsesModel = (
  turn: Turn,
  signal: AbortSignal,
) => ResponsesReply | Promise<ResponsesReply>;

export interface ResponsesApi extends AsyncDisposable {
  /** For `base_url` of a model provider. */
  readonly url: string;
  /** Prompts in the order they came. The same prompt twice means that it was asked twice. */
  readonly prompts: readonly string[];
  /** How often the main conversation was asked for a reply, tools and retries included. */
  readonly requestCount: number;
  /** What was said in the conversation up to the newest request, by either side. */
  readonly said: readonly string[];
}

/** Tokens of each reply: those of the input include the cache's, those of the output thinking. */
export const responsesUsage = {
  input: 1_010,
  cached: 7,
  cacheWrite: 3,
  output: 42,
  reasoning: 2,
} as const;

/**
 * Serve OpenAI's Responses API on loopback, as much of it as Codex uses. Models that Codex knows
 * get one tool alone, which runs JavaScript that calls the others: a reply's tools are called so.
 *
 * Requests beside the main conversation (for a title) get a fixed answer and are not counted. A
 * request that follows an error is a retry, not a new prompt.
 */
export async function openResponsesApi(
  model: ResponsesModel = readThenWriteByShell,
): Promise<ResponsesApi> {
  const prompts: string[] = [];
  let requestCount = 0;
  let said: readonly string[] = [];
  let isRetry = false;

  const answer = async (body: Body, signal: AbortSignal): Promise<ResponsesReply> => {
    if (isForTitle(body)) return { kind: 'text', text: '{"title":"A title"}' };
    const turn = readTurn(body);
    requestCount += 1;
    said = body.input.flatMap(({ content }) => (content === undefined ? [] : textOf(content)));
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
    get said() {
      return said;
    },
    [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
  };
}

/**
 * Do what an instruction asks, by the shell: read the first path in it, write `RESULT of <what it
 * held>` to the second, say so.
 */
export function readThenWriteByShell({ prompt, toolResults }: Turn): ResponsesReply {
  const [from, to] = pathsIn(prompt);
  if (from === undefined || to === undefined) return { kind: 'text', text: `You said: ${prompt}` };
  const [read, written] = toolResults;
  if (read === undefined) return shell(`cat '${from}'`);
  if (written !== undefined) return { kind: 'text', text: `Wrote ${to}.` };
  return shell(`cat > '${to}' <<'END'\nRESULT of ${read.text}\nEND`);
}

/** A call of Codex's shell. `more`: `sandbox_permissions`, `justification`. */
export function shell(cmd: string, more: Readonly<Record<string, unknown>> = {}): ResponsesReply {
  return { kind: 'tool', name: 'exec_command', input: { cmd, ...more } };
}

type Content = string | readonly { readonly text?: string }[];

interface Item {
  readonly type?: string;
  readonly role?: string;
  readonly name?: string;
  readonly call_id?: string;
  readonly content?: Content;
  readonly output?: Content;
}

interface Body {
  readonly model: string;
  readonly input: readonly Item[];
  readonly tools?: readonly object[];
  readonly text?: { readonly format?: object };
}

/** Its answer is to have a form, or there is no tool to work with. */
function isForTitle({ text, tools = [], ...body }: Body): boolean {
  return text?.format !== undefined || (tools.length === 0 && !takesCode(body));
}

function takesCode({ input: [first] }: Pick<Body, 'input'>): boolean {
  return first?.type === 'additional_tools';
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (body: Body, signal: AbortSignal) => Promise<ResponsesReply>,
): Promise<void> {
  const text = await readAll(request);
  if (request.method !== 'POST' || request.url !== '/v1/responses') {
    return sendJson(response, 404, { error: { message: `no ${request.url} here` } });
  }
  const hangUp = new AbortController();
  response.on('close', () => hangUp.abort(new Error('the client hung up')));
  const body = JSON.parse(text) as Body;
  const reply = await answer(body, hangUp.signal);
  if (reply.kind === 'error') {
    const { status, message, details } = reply;
    return sendJson(response, status, { error: { message, ...details } });
  }
  sendStream(response, reply, body);
}

function readTurn({ input, model }: Body): Turn {
  let prompt = '';
  let calls: { readonly id: string; readonly name: string; result?: Item }[] = [];
  for (const item of input) {
    const { type = 'message', role, name = '', call_id: id = '', content = '' } = item;
    if (type.endsWith('_call')) calls.push({ id, name });
    const call = type.endsWith('_call_output') ? calls.find((one) => one.id === id) : undefined;
    if (call !== undefined) call.result = item;
    const said = type === 'message' && role === 'user' ? textOf(content) : '';
    if (said === '' || isContext(said)) continue;
    prompt = said;
    calls = [];
  }
  const toolResults = calls.flatMap(({ name, result }) =>
    result === undefined ? [] : [{ name, text: outputOf(result), isError: false }],
  );
  return { prompt, toolResults, model };
}

/** What the CLI itself tells the model, in the role of the user. */
function isContext(text: string): boolean {
  return /^\s*(?:<[a-z_]+>|# AGENTS\.md)/.test(text);
}

/** Of what the shell tells only the program's own output. */
function outputOf({ output = '' }: Item): string {
  const told = textOf(output).replace(/^[\s\S]*?\nOutput:\n/, '');
  return /"output":"(?<text>(?:[^"\\]|\\.)*)"/.exec(told)?.groups?.['text'] ?? told;
}

function textOf(content: Content): string {
  return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('\n');
}

let count = 0;

function sendStream(
  response: ServerResponse,
  reply: Exclude<ResponsesReply, ErrorReply>,
  body: Body,
): void {
  count += 1;
  const id = `resp_${count}`;
  const { model } = body;
  const items = itemsOf(reply, takesCode(body));
  const send = (type: string, fields: object): void => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  send('response.created', { response: { id, model, status: 'in_progress', output: [] } });
  for (const [output_index, item] of items.entries()) {
    send('response.output_item.added', { output_index, item });
    if (item.type === 'message') {
      const [{ text }] = item.content;
      const place = { output_index, content_index: 0, item_id: item.id };
      send('response.output_text.delta', { ...place, delta: text });
    }
    send('response.output_item.done', { output_index, item });
  }
  const { input, cached, cacheWrite, output, reasoning } = responsesUsage;
  const usage = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
  send('response.completed', {
    response: { id, model, status: 'completed', output: items, usage },
  });
  response.end();
}

function itemsOf(reply: Exclude<ResponsesReply, ErrorReply>, isCode: boolean) {
  if (reply.kind === 'text') {
    const content = [{ type: 'output_text', text: reply.text, annotations: [] }] as const;
    return [{ type: 'message', id: `msg_${count}`, role: 'assistant', content }] as const;
  }
  const calls = reply.kind === 'tools' ? reply.calls : [reply];
  const group = 'namespace' in reply ? { namespace: reply.namespace } : {};
  return calls.map(({ name, input: fields }, index) => {
    const call_id = `call_${count}_${index}`;
    if (isCode && !('namespace' in group)) {
      const input = `text(await tools.${name}(${JSON.stringify(fields['input'] ?? fields)}));`;
      return {
        type: 'custom_tool_call',
        id: `ctc_${call_id}`,
        call_id,
        name: 'exec',
        input,
      } as const;
    }
    const call = { call_id, name, ...group, arguments: JSON.stringify(fields) };
    return { type: 'function_call', id: `fc_${call_id}`, ...call } as const;
  });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
