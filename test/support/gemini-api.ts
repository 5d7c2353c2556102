import type { IncomingMessage, ServerResponse } from 'node:http';
import { openLoopbackServer } from './loopback-server.ts';
import { pathsIn, type Reply, type Turn } from './model-api.ts';

type ErrorReply = Extract<Reply, { readonly kind: 'error' }>;

/** `details` of an error are those of google.rpc.Status: which quota, when to try again. */
export type GeminiReply =
  | Exclude<Reply, ErrorReply>
  | (ErrorReply & { readonly details?: readonly object[] });

/** May wait: the client sees an open stream until it answers. `signal` aborts when it hangs up. */
export type GeminiModel = (turn: Turn, signal: AbortSignal) => GeminiReply | Promise<GeminiReply>;

export interface GeminiApi extends AsyncDisposable {
  /** For GOOGLE_GEMINI_BASE_URL. */
  readonly url: string;
  /** Prompts in the order they came. The same prompt twice means that it was asked twice. */
  readonly prompts: readonly string[];
  /** How often the main conversation was asked for a reply, tools and retries included. */
  readonly requestCount: number;
  /** The texts of the newest request: what the model is told, then what either side said. */
  readonly said: readonly string[];
}

/** Tokens of each reply; those of the prompt include the cached ones. */
export const geminiUsage = { prompt: 1_007, cached: 7, output: 40, thoughts: 2 } as const;

/**
 * Serve the Gemini API on loopback, as much of it as Gemini CLI uses.
 *
 * Requests beside the main conversation (they offer no tools: the choice of a model, titles) get a
 * fixed answer and are not counted. A request that follows an error is a retry, not a new prompt.
 */
export async function openGeminiApi(model: GeminiModel = readThenWriteFile): Promise<GeminiApi> {
  const prompts: string[] = [];
  let requestCount = 0;
  let said: readonly string[] = [];
  let isRetry = false;

  const answer = async (body: Body, name: string, signal: AbortSignal): Promise<GeminiReply> => {
    if (body.tools === undefined) return { kind: 'text', text: filledIn(body) };
    const turn = readTurn(body, name);
    requestCount += 1;
    said = [body.systemInstruction, ...body.contents].flatMap((content) =>
      (content?.parts ?? []).flatMap(({ text }) => text ?? []),
    );
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
    get said() {
      return said;
    },
    [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
  };
}

/**
 * Do what an instruction asks: read the first path in it, write `RESULT of <what it held>` to the
 * second, say so.
 */
export function readThenWriteFile({ prompt, toolResults }: Turn): GeminiReply {
  const [from, to] = pathsIn(prompt);
  if (from === undefined || to === undefined) return { kind: 'text', text: `You said: ${prompt}` };
  const [read, written] = toolResults;
  if (read === undefined) return { kind: 'tool', name: 'read_file', input: { file_path: from } };
  if (written !== undefined) return { kind: 'text', text: `Wrote ${to}.` };
  const content = `RESULT of ${read.text}\n`;
  return { kind: 'tool', name: 'write_file', input: { file_path: to, content } };
}

interface Part {
  readonly text?: string;
  readonly functionCall?: { readonly name: string };
  readonly functionResponse?: {
    readonly response?: { readonly output?: string; readonly error?: string };
  };
}

interface Body {
  readonly systemInstruction?: { readonly parts: readonly Part[] };
  readonly contents: readonly { readonly role: string; readonly parts: readonly Part[] }[];
  readonly tools?: readonly object[];
  readonly generationConfig?: {
    readonly responseJsonSchema?: { readonly properties?: Readonly<Record<string, Property>> };
  };
}

interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (body: Body, model: string, signal: AbortSignal) => Promise<GeminiReply>,
): Promise<void> {
  const called = /\/models\/(?<model>[^:]+):(?<method>\w+)/.exec(request.url ?? '')?.groups;
  const body = JSON.parse(await readAll(request)) as Body;
  if (called?.['method'] === 'countTokens') return sendJson(response, 200, { totalTokens: 10 });
  if (!(called?.['method'] ?? '').endsWith('enerateContent')) return sendError(response, unknown);

  const hangUp = new AbortController();
  response.on('close', () => hangUp.abort(new Error('the client hung up')));
  const reply = await answer(body, called?.['model'] ?? '', hangUp.signal);
  if (reply.kind === 'error') return sendError(response, reply);
  const content = generated(reply);
  if (called?.['method'] === 'generateContent') return sendJson(response, 200, content);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`data: ${JSON.stringify(content)}\r\n\r\n`);
}

const unknown = { status: 404, message: 'no such method here' } as const;

function readTurn({ contents }: Body, model: string): Turn {
  let prompt = '';
  let calls: { readonly name: string; result?: Part['functionResponse'] }[] = [];
  for (const { role, parts } of contents) {
    if (role === 'model') {
      for (const { functionCall } of parts) if (functionCall) calls.push({ ...functionCall });
      continue;
    }
    const results = parts.flatMap(({ functionResponse }) => functionResponse ?? []);
    for (const result of results) {
      const call = calls.find((one) => one.result === undefined);
      if (call !== undefined) call.result = result;
    }
    const said = parts.map(({ text = '' }) => text).filter((text) => !isContext(text));
    if (results.length > 0 || said.length === 0) continue;
    prompt = said.join('\n');
    calls = [];
  }
  const toolResults = calls.flatMap(({ name, result }) => {
    if (result === undefined) return [];
    const { output, error } = result.response ?? {};
    return [{ name, text: error ?? output ?? '', isError: error !== undefined }];
  });
  return { prompt, toolResults, model };
}

/** What the CLI itself tells the model, in the role of the user. */
function isContext(text: string): boolean {
  return text === '' || text.startsWith('<session_context>') || text.startsWith('<hook_context>');
}

/** A value of each property's type: the CLI asks the model for JSON when it chooses a model. */
function filledIn({ generationConfig }: Body): string {
  const { properties } = generationConfig?.responseJsonSchema ?? {};
  if (properties === undefined) return 'A title';
  const value = ({ type = '', enum: [first] = [] }: Property): unknown =>
    first ?? (/integer|number/i.test(type) ? 10 : type.toLowerCase() !== 'boolean' && 'some text');
  const filled = Object.entries(properties).map(([key, property]) => [key, value(property)]);
  return JSON.stringify(Object.fromEntries(filled));
}

function generated(reply: Exclude<GeminiReply, ErrorReply>) {
  const calls = reply.kind === 'tool' ? [reply] : reply.kind === 'tools' ? reply.calls : [];
  const parts =
    reply.kind === 'text'
      ? [{ text: reply.text }]
      : calls.map(({ name, input }) => ({ functionCall: { name, args: input } }));
  const { prompt, cached, output, thoughts } = geminiUsage;
  return {
    candidates: [{ content: { role: 'model', parts }, index: 0, finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: prompt,
      cachedContentTokenCount: cached,
      candidatesTokenCount: output,
      thoughtsTokenCount: thoughts,
      totalTokenCount: prompt + output + thoughts,
    },
  };
}

function sendError(
  response: ServerResponse,
  {
    status,
    message,
    details = [],
  }: Omit<ErrorReply, 'kind'> & { readonly details?: readonly object[] },
): void {
  const statuses: Readonly<Record<number, string>> = {
    400: 'INVALID_ARGUMENT',
    403: 'PERMISSION_DENIED',
    404: 'NOT_FOUND',
    429: 'RESOURCE_EXHAUSTED',
    503: 'UNAVAILABLE',
  };
  const error = { code: status, message, status: statuses[status] ?? 'INTERNAL', details };
  sendJson(response, status, { error });
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
