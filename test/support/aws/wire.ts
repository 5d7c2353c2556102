import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { parseXML } from '@aws-sdk/xml-builder';
import { NormalizedSchema } from '@smithy/core/schema';

/** Refused as AWS does: `code` and `status` reach the client. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

export type Input = Record<string, unknown>;

/** A member that is a text or a number, as text; empty when it was left out. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
type Module = Readonly<Record<string, unknown>>;
type Schema = ReturnType<typeof NormalizedSchema.of>;

interface Operation {
  readonly name: string;
  readonly traits: { readonly http: readonly [string, string, number] };
  readonly input: Schema;
  readonly output: Schema;
}

/** An operation's schema is `[9, namespace, name, traits, input, output]`. */
function operationsOf(module: Module): readonly Operation[] {
  return Object.values(module)
    .filter((value) => Array.isArray(value) && value[0] === 9)
    .map((value) => {
      const [, , name, traits, input, output] = value as [9, string, string, never, never, never];
      return {
        name,
        traits,
        input: NormalizedSchema.of(input),
        output: NormalizedSchema.of(output),
      };
    });
}

const settings = (xmlNamespace = '') => ({
  timestampFormat: { useTrait: true, default: 5 as const },
  httpBindings: true,
  xmlNamespace,
  serviceNamespace: 'x',
});
const context = {
  base64Encoder: (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64'),
  base64Decoder: (text: string) => new Uint8Array(Buffer.from(text, 'base64')),
  utf8Encoder: (bytes: Uint8Array | string) => Buffer.from(bytes).toString(),
  utf8Decoder: (text: string) => new Uint8Array(Buffer.from(text)),
};

/** What is wrong with an input by its schema: members that are required, of a wrong type. */
function problems(schema: Schema, value: unknown, path: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (schema.isStructSchema()) {
    if (typeof value !== 'object') return [`${path} is no structure`];
    const raw = schema.getSchema() as unknown as readonly unknown[];
    const required = typeof raw[6] === 'number' ? raw[6] : 0;
    const given = value as Input;
    return [...schema.structIterator()].flatMap(([name, member], index) => {
      const at = `${path}.${name}`;
      if (given[name] === undefined) return index < required ? [`${at} is required`] : [];
      return problems(member, given[name], at);
    });
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((one, index) =>
      problems(schema.getValueSchema(), one, `${path}[${index}]`),
    );
  }
  if (schema.isNumericSchema() && !Number.isFinite(value)) return [`${path} is no number`];
  if (schema.isBooleanSchema() && typeof value !== 'boolean') return [`${path} is no boolean`];
  return [];
}

/** Elements of a body that its schema does not know: the SDK's own reader passes over them. */
function unknownElements(schema: Schema, value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (schema.isStructSchema()) {
    const members = new Map(
      [...schema.structIterator()].map(([name, member]) => {
        const { xmlName } = member.getMergedTraits();
        return [typeof xmlName === 'string' ? xmlName : name, member];
      }),
    );
    return Object.entries(value).flatMap(([name, inner]) => {
      if (name === 'xmlns' || name.startsWith('@') || name === '#text') return [];
      const member = members.get(name);
      const at = `${path}.${name}`;
      return member === undefined ? [`${at} is unknown`] : unknownElements(member, inner, at);
    });
  }
  if (schema.isListSchema()) {
    const items = Array.isArray(value) ? value : Object.values(value).flat();
    return items.flatMap((one: unknown) => unknownElements(schema.getValueSchema(), one, path));
  }
  return [];
}

/** Headers that belong to signing and to the SDK, to no operation. */
const plainHeaders =
  /^x-amz-(?:date|content-sha256|user-agent|security-token|sdk-|decoded-content-length|trailer|checksum-(?:crc32|sdk-algorithm)$)/;

/** An XML service whose operations are told apart by method, path and query. */
export class RestService {
  readonly #operations: readonly (Operation & {
    readonly shape: RegExp;
    readonly labels: readonly string[];
    readonly fixed: URLSearchParams;
  })[];
  readonly #namespace: string;

  constructor(module: Module, namespace: string) {
    this.#namespace = namespace;
    this.#operations = operationsOf(module).map((operation) => {
      const [path = '', query = ''] = operation.traits.http[1].split('?');
      const labels: string[] = [];
      const shape = path.replaceAll(/\{(\w+)(\+?)\}/g, (_all, name: string, greedy: string) => {
        labels.push(name);
        return greedy === '' ? '([^/]+)' : '(.+)';
      });
      return {
        ...operation,
        shape: new RegExp(`^${shape}$`),
        labels,
        fixed: new URLSearchParams(query),
      };
    });
  }

  /** @throws {Refusal} as the service would. */
  async decode(
    request: WireRequest,
    extra: Input = {},
  ): Promise<{ readonly name: string; readonly input: Input }> {
    const { method, path, query, headers, body } = request;
    const [operation] = this.#operations
      .filter(
        ({ traits, shape, fixed }) =>
          traits.http[0] === method &&
          shape.test(path) &&
          [...fixed].every(
            ([key, value]) => query.has(key) && (value === '' || query.get(key) === value),
          ),
      )
      .toSorted((a, b) => b.fixed.size - a.fixed.size);
    if (operation === undefined) throw new Refusal('UnknownOperation', `${method} ${path}`, 404);
    const input: Input = { ...extra };
    operation.shape
      .exec(path)
      ?.slice(1)
      .forEach((value, index) => {
        input[operation.labels[index] ?? ''] = decodeURIComponent(value);
      });
    const known = new Set([...operation.fixed.keys(), 'x-id']);
    const knownHeaders = new Set<string>();
    for (const [name, member] of operation.input.structIterator()) {
      const { httpHeader, httpQuery, httpPayload } = member.getMergedTraits();
      if (typeof httpQuery === 'string') {
        known.add(httpQuery);
        const value = query.get(httpQuery);
        if (value !== null) input[name] = scalar(member, value);
      }
      if (typeof httpHeader === 'string') {
        knownHeaders.add(httpHeader.toLowerCase());
        const value = headers[httpHeader.toLowerCase()];
        if (value !== undefined) input[name] = scalar(member, value);
      }
      if (httpPayload !== undefined) input[name] = await payload(member, body, name);
    }
    const wrong = [
      ...[...query.keys()].filter((key) => !known.has(key)).map((key) => `query ${key} is unknown`),
      ...Object.keys(headers)
        .filter(
          (key) => key.startsWith('x-amz-') && !plainHeaders.test(key) && !knownHeaders.has(key),
        )
        .map((key) => `header ${key} is unknown`),
      ...problems(operation.input, input, operation.name),
    ];
    if (wrong.length > 0) throw new Refusal('InvalidArgument', wrong.join('; '));
    return { name: operation.name, input };
  }

  encode(name: string, output: Input): WireReply {
    const operation = this.#operations.find((one) => one.name === name);
    if (operation === undefined) throw new Error(`no operation ${name}`);
    const headers: Record<string, string> = { 'content-type': 'application/xml' };
    let body: Buffer | string = '';
    const rest: Input = {};
    for (const [key, member] of operation.output.isStructSchema()
      ? operation.output.structIterator()
      : []) {
      const value = output[key];
      if (value === undefined) continue;
      const { httpHeader, httpPayload } = member.getMergedTraits();
      if (typeof httpHeader === 'string')
        headers[httpHeader] = value instanceof Date ? value.toUTCString() : textOf(value);
      else if (httpPayload === undefined) rest[key] = value;
      else body = Buffer.isBuffer(value) ? value : this.#write(member, value);
    }
    if (body === '' && Object.keys(rest).length > 0) body = this.#write(operation.output, rest);
    return { status: operation.traits.http[2], headers, body };
  }

  #write(schema: Schema, value: unknown): string {
    const writer = new XmlShapeSerializer(settings(this.#namespace));
    writer.setSerdeContext(context as never);
    writer.write(schema, value);
    return String(writer.flush());
  }
}

async function payload(schema: Schema, body: Buffer, name: string): Promise<unknown> {
  if (schema.isBlobSchema() || schema.isStreaming() || schema.isStringSchema()) return body;
  if (body.length === 0) return undefined;
  const text = body.toString();
  const unknown = Object.values(parseXML(text) as Input).flatMap((value) =>
    unknownElements(schema, value, name),
  );
  if (unknown.length > 0) throw new Refusal('MalformedXML', unknown.join('; '));
  const reader = new XmlShapeDeserializer(settings());
  reader.setSerdeContext(context as never);
  return await reader.read(schema, text);
}

function scalar(schema: Schema, value: string): unknown {
  if (schema.isNumericSchema()) return Number(value);
  if (schema.isBooleanSchema()) return value === 'true';
  return value;
}

/** A service whose requests are forms with an `Action`. */
export class QueryService {
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #namespace: string;

  constructor(module: Module, namespace: string) {
    this.#namespace = namespace;
    this.#operations = new Map(operationsOf(module).map((one) => [one.name, one]));
  }

  decode({ body }: WireRequest): { readonly name: string; readonly input: Input } {
    const form = new URLSearchParams(body.toString());
    const name = form.get('Action') ?? '';
    const operation = this.#operations.get(name);
    if (operation === undefined) throw new Refusal('InvalidAction', `no action ${name}`);
    const used = new Set(['Action', 'Version']);
    const input = (fromForm(operation.input, form, '', used) ?? {}) as Input;
    const wrong = [
      ...[...form.keys()].filter((key) => !used.has(key)).map((key) => `${key} is unknown`),
      ...problems(operation.input, input, name),
    ];
    if (wrong.length > 0) throw new Refusal('ValidationError', wrong.join('; '));
    return { name, input };
  }

  encode(name: string, output: Input): WireReply {
    const operation = this.#operations.get(name);
    if (operation === undefined) throw new Error(`no operation ${name}`);
    let result = '';
    if (operation.output.isStructSchema() && !operation.output.isUnitSchema()) {
      const writer = new XmlShapeSerializer(settings(this.#namespace));
      writer.setSerdeContext(context as never);
      writer.write(operation.output, output);
      const text = String(writer.flush());
      result = text.replace(/^<\w+/, `<${name}Result`).replace(/<\/\w+>$/, `</${name}Result>`);
    }
    const body = `<${name}Response xmlns="${this.#namespace}">${result}<ResponseMetadata><RequestId>fake</RequestId></ResponseMetadata></${name}Response>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  }
}

function fromForm(
  schema: Schema,
  form: URLSearchParams,
  prefix: string,
  used: Set<string>,
): unknown {
  if (schema.isStructSchema()) {
    const entries = [...schema.structIterator()].flatMap(([name, member]) => {
      const { xmlName } = member.getMergedTraits();
      const own = typeof xmlName === 'string' ? xmlName : name;
      const value = fromForm(member, form, prefix === '' ? own : `${prefix}.${own}`, used);
      return value === undefined ? [] : [[name, value] as const];
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  if (schema.isListSchema()) {
    if (form.get(prefix) === '') {
      used.add(prefix);
      return [];
    }
    const items: unknown[] = [];
    for (;;) {
      const item = fromForm(
        schema.getValueSchema(),
        form,
        `${prefix}.member.${items.length + 1}`,
        used,
      );
      if (item === undefined) return items.length === 0 ? undefined : items;
      items.push(item);
    }
  }
  const text = form.get(prefix);
  if (text === null) return undefined;
  used.add(prefix);
  return scalar(schema, text);
}

export function errorReply({ code, message, status }: Refusal, service: string): WireReply {
  const escaped = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const error = `<Code>${code}</Code><Message>${escaped}</Message>`;
  const body =
    service === 's3'
      ? `<?xml version="1.0"?><Error>${error}<RequestId>fake</RequestId></Error>`
      : `<?xml version="1.0"?><ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>fake</RequestId></ErrorResponse>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
