import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A type as bicep-types-az writes it; `$ref` is `#/` and an index into the file's list. */
interface ArmType {
  readonly $type: string;
  readonly name?: string;
  readonly body?: Ref;
  readonly properties?: Readonly<Record<string, { readonly type: Ref; readonly flags: number }>>;
  readonly additionalProperties?: Ref;
  readonly baseProperties?: ArmType['properties'];
  readonly discriminator?: string;
  readonly elements?: readonly Ref[] | Readonly<Record<string, Ref>>;
  readonly itemType?: Ref;
  readonly value?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
}

interface Ref {
  readonly $ref: string;
}

const REQUIRED = 1;
const READ_ONLY = 2;
const GUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

/** From https://learn.microsoft.com/azure/templates/microsoft.authorization/2022-04-01/roleassignments */
const roleAssignments: readonly ArmType[] = [
  { $type: 'StringType' },
  { $type: 'StringType', pattern: GUID },
  {
    $type: 'ObjectType',
    properties: {
      roleDefinitionId: { type: { $ref: '#/0' }, flags: REQUIRED },
      principalId: { type: { $ref: '#/1' }, flags: REQUIRED },
      principalType: { type: { $ref: '#/0' }, flags: 0 },
    },
  },
  {
    $type: 'ObjectType',
    properties: {
      name: { type: { $ref: '#/1' }, flags: REQUIRED },
      type: { type: { $ref: '#/0' }, flags: READ_ONLY },
      apiVersion: { type: { $ref: '#/0' }, flags: READ_ONLY },
      properties: { type: { $ref: '#/2' }, flags: REQUIRED },
    },
  },
  {
    $type: 'ResourceType',
    name: 'Microsoft.Authorization/roleAssignments@2022-04-01',
    body: { $ref: '#/3' },
  },
];

const known = new Map<string, { readonly types: readonly ArmType[]; readonly body: Ref }>();
for (const file of ['cdn', 'compute', 'network', 'storage']) {
  const url = new URL(`../../golden/arm-types/${file}.json.gz`, import.meta.url);
  learn(JSON.parse(gunzipSync(readFileSync(url)).toString('utf8')) as readonly ArmType[]);
}
learn(roleAssignments);

function learn(types: readonly ArmType[]): void {
  for (const { $type, name = '', body } of types) {
    if ($type === 'ResourceType' && body !== undefined) {
      known.set(name.toLowerCase(), { types, body });
    }
  }
}

/** Of a template, not of the resource that comes of it. */
const OF_TEMPLATES = ['dependsOn', 'condition', 'comments'];

/**
 * What is wrong with a resource by the types that Microsoft publishes: one line each, with its
 * place. A value that is an expression (`[...]`) is taken as right: check what it evaluates to.
 */
export function problemsOf(resource: Readonly<Record<string, unknown>>): readonly string[] {
  const { type, apiVersion } = resource;
  const found = known.get(`${String(type)}@${String(apiVersion)}`.toLowerCase());
  if (found === undefined) return [`${String(type)}@${String(apiVersion)}: no such type`];
  const own = Object.entries(resource).filter(([key]) => !OF_TEMPLATES.includes(key));
  const name = lastSegment(resource['name']);
  const problems: string[] = [];
  const place = String(type);
  judge(found.types, found.body, { ...Object.fromEntries(own), name }, { place, problems });
  return problems;
}

interface Trial {
  readonly place: string;
  readonly problems: string[];
}

function judge(types: readonly ArmType[], ref: Ref, value: unknown, trial: Trial): void {
  const type = types[Number(ref.$ref.slice(2))];
  const { place, problems } = trial;
  if (type === undefined || isExpression(value)) return;
  const isWrong = (what: string): void => void problems.push(`${place}: ${what}`);
  switch (type.$type) {
    case 'ObjectType':
      judgeObject(types, type, value, trial);
      return;
    case 'DiscriminatedObjectType': {
      const kind = isRecord(value) ? value[type.discriminator ?? ''] : undefined;
      const elements = type.elements as Readonly<Record<string, Ref>>;
      const element = elements[String(kind)];
      if (element === undefined) return isWrong(`${type.discriminator} is ${String(kind)}`);
      const whole = types[Number(element.$ref.slice(2))];
      const properties = { ...type.baseProperties, ...whole?.properties };
      judgeObject(types, { $type: 'ObjectType', properties }, value, trial);
      return;
    }
    case 'ArrayType': {
      if (!Array.isArray(value)) return isWrong('is no list');
      const { itemType } = type;
      if (itemType === undefined) return;
      for (const [index, item] of value.entries()) {
        judge(types, itemType, item, { place: `${place}[${index}]`, problems });
      }
      return;
    }
    case 'StringType':
      return judgeText(type, value, isWrong);
    case 'IntegerType': {
      if (!Number.isInteger(value)) return isWrong(`${String(value)} is no whole number`);
      const { minValue = -Infinity, maxValue = Infinity } = type;
      const number = Number(value);
      if (number < minValue || number > maxValue) {
        isWrong(`${number} is not within ${minValue} and ${maxValue}`);
      }
      return;
    }
    case 'BooleanType':
      if (typeof value !== 'boolean') isWrong(`${String(value)} is neither true nor false`);
      return;
    case 'StringLiteralType':
      if (value !== type.value) isWrong(`is ${String(value)}, not ${type.value}`);
      return;
    case 'UnionType':
      return judgeUnion(types, type, value, trial);
    default:
  }
}

function judgeObject(
  types: readonly ArmType[],
  { properties = {}, additionalProperties }: ArmType,
  value: unknown,
  { place, problems }: Trial,
): void {
  if (!isRecord(value)) return void problems.push(`${place}: is no object`);
  for (const [key, one] of Object.entries(value)) {
    const inner = { place: `${place}.${key}`, problems };
    const property = properties[key];
    if (property !== undefined) {
      const isGiven = key !== 'type' && key !== 'apiVersion';
      if ((property.flags & READ_ONLY) !== 0 && isGiven)
        problems.push(`${inner.place}: is read-only`);
      if (isGiven) judge(types, property.type, one, inner);
    } else if (additionalProperties !== undefined) judge(types, additionalProperties, one, inner);
    else problems.push(`${inner.place}: no such property`);
  }
  for (const [key, { flags }] of Object.entries(properties)) {
    const isRequired = (flags & REQUIRED) !== 0 && (flags & READ_ONLY) === 0;
    if (isRequired && value[key] === undefined) problems.push(`${place}.${key}: is required`);
  }
}

function judgeText(type: ArmType, value: unknown, isWrong: (what: string) => void): void {
  if (typeof value !== 'string') return isWrong(`${String(value)} is no text`);
  const { pattern, minLength = 0, maxLength = Infinity } = type;
  if (pattern !== undefined && !new RegExp(pattern).test(value)) {
    isWrong(`"${value}" does not match ${pattern}`);
  }
  if (value.length < minLength) isWrong(`is shorter than ${minLength}`);
  if (value.length > maxLength) isWrong(`is longer than ${maxLength}`);
}

function judgeUnion(
  types: readonly ArmType[],
  { elements }: ArmType,
  value: unknown,
  { place, problems }: Trial,
): void {
  const refs = elements as readonly Ref[];
  const literals = refs.flatMap(({ $ref }) => {
    const one = types[Number($ref.slice(2))];
    return one?.$type === 'StringLiteralType' ? [one.value] : [];
  });
  // Microsoft's enumerations end with "or any string", for what is new; ours are none of these.
  if (literals.length > 0) {
    if (!literals.includes(value as string)) {
      problems.push(`${place}: "${String(value)}" is none of ${literals.join(', ')}`);
    }
    return;
  }
  const tries = refs.map((ref) => {
    const own: string[] = [];
    judge(types, ref, value, { place, problems: own });
    return own;
  });
  if (!tries.some((own) => own.length === 0)) problems.push(...(tries[0] ?? []));
}

/** Names of children in templates have their parents' before them. */
function lastSegment(name: unknown): unknown {
  return typeof name === 'string' && !isExpression(name) ? name.split('/').at(-1) : name;
}

export function isExpression(value: unknown): boolean {
  return typeof value === 'string' && /^\[(?!\[).*\]$/s.test(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
