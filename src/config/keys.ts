import { z } from 'zod';
import { logLevels } from '../base/index.ts';
import { type About, directory, name, path, word } from './key-parts.ts';
import { aboutSites, siteSchema } from './site-keys.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const origin = z.string().regex(/^https?:\/\/[\w.-]+(?::\d{1,5})?$/);
const perMinute = z.int().min(1).max(1_000_000);
const variable = z.string().regex(/^[A-Za-z_]\w*$/);

/** Every key with its default. A key is `snake_case` in the file, `camelCase` here. */
export const schema = z.strictObject({
  dataDir: path,
  runtimeDir: path,
  logLevel: z.enum(logLevels).default('info'),
  userId: name.default('default_user'),
  defaultAgent: name.default('auto'),
  model: name.optional(),
  claudePath: path.default('claude'),
  codexPath: path.default('codex'),
  geminiPath: path.default('gemini'),
  opencodePath: path.default('opencode'),
  permission: z.enum(['ask', 'allow', 'deny']).default('ask'),
  permissionRules: z
    .array(
      z
        .string()
        .regex(/^(?:allow|deny|ask) \S/)
        .max(2_000),
    )
    .max(500)
    .readonly()
    .default([]),
  passEnvironment: z.array(variable).max(200).readonly().default([]),
  concurrency: z.int().min(1).max(1_000).default(4),
  sessionConcurrency: z.int().min(1).max(1_000).optional(),
  maxTokens: z.int().min(1).max(1e12).optional(),
  maxCostUsd: z.number().min(0.000_001).max(1e6).optional(),
  pricesFile: path.default('prices.yaml'),
  maxAttempts: z.int().min(1).max(100).default(3),
  backoffMs: z.int().min(0).max(DAY_MS).default(2_000),
  leaseMs: z.int().min(1_000).max(DAY_MS).default(15_000),
  heartbeatMs: z.int().min(100).max(DAY_MS).default(5_000),
  startLimitMs: z
    .int()
    .min(1_000)
    .max(60 * MINUTE_MS)
    .default(60_000),
  stallMs: z
    .int()
    .min(1_000)
    .max(DAY_MS)
    .default(10 * MINUTE_MS),
  columns: z.int().min(20).max(1_000).default(200),
  rows: z.int().min(5).max(1_000).default(50),
  historyRows: z.int().min(0).max(1_000_000).default(2_000),
  recordingLimitMb: z.int().min(1).max(100_000).default(64),
  recordingsKeepDays: z.int().min(1).max(36_500).default(30),
  recordingsMaxMb: z.int().min(1).max(100_000_000).default(10_000),
  serverHost: z
    .string()
    .regex(/^[\w.:-]{1,255}$/)
    .default('127.0.0.1'),
  serverPort: z.int().min(0).max(65_535).default(8_000),
  serverOrigins: z.array(origin).max(50).readonly().default([]),
  serverBehindProxy: z.boolean().default(false),
  serverTlsCert: path.optional(),
  serverTlsKey: path.optional(),
  serverLoginsPerMinute: perMinute.default(10),
  serverReadsPerMinute: perMinute.default(600),
  serverWritesPerMinute: perMinute.default(120),
  serverViewersPerTerminal: z.int().min(1).max(10_000).default(250),
  serverDrainMs: z.int().min(0).max(DAY_MS).default(10_000),
  ...siteSchema,
  skipValidation: z.boolean().default(false),
});

export type ConfigValues = Readonly<z.output<typeof schema>>;
export type ConfigName = keyof ConfigValues;

const count = 'a whole number from 1 to 1000';
const rate = 'a whole number from 1 to 1000000, a minute';

export const about: Readonly<Record<ConfigName, About>> = {
  dataDir: { kind: 'text', allowed: directory, text: 'Where everything is kept.' },
  runtimeDir: { kind: 'text', allowed: directory, text: 'Where the sockets of tmux lie.' },
  logLevel: {
    kind: 'word',
    allowed: logLevels.join(', '),
    text: 'The least important line that is logged.',
    alias: 'LOG_LEVEL',
  },
  userId: { kind: 'text', allowed: word, text: 'Whose sessions are made.', alias: 'USER_ID' },
  defaultAgent: {
    kind: 'text',
    allowed: `auto or ${word}`,
    text: 'Agent of a job that names none; auto is claude where it is installed, else demo.',
  },
  model: {
    kind: 'text',
    allowed: word,
    text: 'Model the agent is asked to use; unset leaves it to the agent.',
    alias: 'CLI_MODEL',
  },
  claudePath: {
    kind: 'text',
    allowed: directory,
    text: 'The Claude Code program: a name on PATH, or a path.',
    alias: 'CLI_PATH',
  },
  codexPath: {
    kind: 'text',
    allowed: directory,
    text: 'The Codex program: a name on PATH, or a path.',
  },
  geminiPath: {
    kind: 'text',
    allowed: directory,
    text: 'The Gemini CLI program: a name on PATH, or a path.',
  },
  opencodePath: {
    kind: 'text',
    allowed: directory,
    text: 'The opencode program: a name on PATH, or a path.',
  },
  permission: {
    kind: 'word',
    allowed: 'ask, allow, deny',
    text: 'What an agent is told that asks for what no rule fits; ask leaves it to a person.',
  },
  permissionRules: {
    kind: 'lines',
    allowed: 'a list of rules that begin with allow, deny or ask: "deny Bash(rm *)"',
    text: 'What agents may do with which tools; see docs/permissions.md.',
  },
  passEnvironment: {
    kind: 'list',
    allowed: 'a list of names of variables',
    text: 'More variables to hand to agents.',
  },
  concurrency: { kind: 'number', allowed: count, text: 'Jobs that run at once.' },
  sessionConcurrency: {
    kind: 'number',
    allowed: count,
    text: 'Jobs of one session that run at once; unset leaves only the limit of all.',
  },
  maxTokens: {
    kind: 'number',
    allowed: 'a whole number from 1 to 1000000000000',
    text: 'Tokens that a job may use which sets no limit of its own; unset means no limit.',
  },
  maxCostUsd: {
    kind: 'decimal',
    allowed: 'US dollars from 0.000001 to 1000000',
    text: 'What a job may cost which sets no limit of its own; unset means no limit.',
  },
  pricesFile: {
    kind: 'text',
    allowed: directory,
    text: 'Your changes to the price list; a relative path starts in the data directory.',
  },
  maxAttempts: {
    kind: 'number',
    allowed: 'a whole number from 1 to 100',
    text: 'Attempts at a job before it has failed.',
  },
  backoffMs: {
    kind: 'number',
    allowed: 'milliseconds from 0 to 86400000',
    text: 'Wait before the second attempt; it doubles with each one.',
  },
  leaseMs: {
    kind: 'number',
    allowed: 'milliseconds from 1000 to 86400000, and at least twice heartbeat_ms',
    text: 'Silence of a worker after which another takes its jobs.',
  },
  heartbeatMs: {
    kind: 'number',
    allowed: 'milliseconds from 100 to 86400000, and at most half of lease_ms',
    text: 'How often a worker renews its leases.',
  },
  startLimitMs: {
    kind: 'number',
    allowed: 'milliseconds from 1000 to 3600000',
    text: 'Time an agent has to become ready.',
  },
  stallMs: {
    kind: 'number',
    allowed: 'milliseconds from 1000 to 86400000',
    text: 'Time a busy agent may show no sign of work before it is interrupted and reminded.',
  },
  columns: {
    kind: 'number',
    allowed: 'a whole number from 20 to 1000',
    text: "Width of an agent's terminal.",
  },
  rows: {
    kind: 'number',
    allowed: 'a whole number from 5 to 1000',
    text: "Height of an agent's terminal.",
  },
  historyRows: {
    kind: 'number',
    allowed: 'a whole number from 0 to 1000000',
    text: 'Rows that tmux keeps above the screen.',
  },
  recordingLimitMb: {
    kind: 'number',
    allowed: 'megabytes from 1 to 100000',
    text: 'What the recording of one agent may take; older output gives way to newer.',
  },
  recordingsKeepDays: {
    kind: 'number',
    allowed: 'days from 1 to 36500',
    text: 'How long the recording of an attempt is kept after its end.',
  },
  recordingsMaxMb: {
    kind: 'number',
    allowed: 'megabytes from 1 to 100000000',
    text: 'What the recordings of ended attempts may take together; the oldest go first.',
  },
  serverHost: {
    kind: 'text',
    allowed: 'a name or an address',
    text: 'Address that the web server listens at; others than loopback need a password and TLS.',
  },
  serverPort: {
    kind: 'number',
    allowed: 'a port from 0 to 65535; 0 takes any that is free',
    text: 'Port of the web server.',
    alias: 'BACKEND_PORT',
  },
  serverOrigins: {
    kind: 'list',
    allowed: 'a list of origins such as https://agents.example.org',
    text: 'More addresses under which browsers reach the web server.',
  },
  serverBehindProxy: {
    kind: 'boolean',
    allowed: 'true, false',
    text: 'A proxy in front of the web server speaks TLS and tells where requests come from.',
  },
  serverTlsCert: {
    kind: 'text',
    allowed: directory,
    text: 'Certificate of the web server as a PEM file; unset means no TLS.',
  },
  serverTlsKey: {
    kind: 'text',
    allowed: directory,
    text: 'Key of that certificate as a PEM file.',
  },
  serverLoginsPerMinute: {
    kind: 'number',
    allowed: rate,
    text: 'Times one address may try to log in.',
  },
  serverReadsPerMinute: {
    kind: 'number',
    allowed: rate,
    text: 'Requests of one login, token or stranger that only read.',
  },
  serverWritesPerMinute: {
    kind: 'number',
    allowed: rate,
    text: 'Requests of one login, token or stranger that change something.',
  },
  serverViewersPerTerminal: {
    kind: 'number',
    allowed: 'a number from 1 to 10000',
    text: 'People and pages that may watch one terminal at once.',
  },
  serverDrainMs: {
    kind: 'number',
    allowed: 'milliseconds from 0 to 86400000',
    text: 'Time that requests have to finish when the web server stops.',
  },
  ...aboutSites,
  skipValidation: {
    kind: 'boolean',
    allowed: 'true, false',
    text: 'Skip the check of tmux before jobs are done.',
    alias: 'SKIP_CONFIG_VALIDATION',
  },
};

export const configNames: readonly ConfigName[] = schema.keyof().options;

/** `leaseMs` as the file has it: `lease_ms`. */
export function fileKey(config: ConfigName): string {
  return config.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `leaseMs` as the environment has it: `TMUX_BUILDER_LEASE_MS`. */
export function variableOf(config: ConfigName): string {
  return `TMUX_BUILDER_${fileKey(config).toUpperCase()}`;
}

/** The key that the file calls `key`, or undefined when there is none. */
export function findName(key: string): ConfigName | undefined {
  return configNames.find((config) => fileKey(config) === key);
}

/** Keys that the config file may hold: not the directory that it lies in. */
export const fileKeys: readonly string[] = configNames
  .filter((config) => config !== 'dataDir')
  .map(fileKey);
