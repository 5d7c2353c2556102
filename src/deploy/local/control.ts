import { z } from 'zod';
import { deploymentStates } from '../deployer.ts';
import { siteState } from './site-state.ts';

/** Grows with each change of what follows: a host that speaks another one is replaced. */
export const protocol = 1;

const sessionId = siteState.shape.session_id;

/** What the site host is asked for: one JSON object by POST to its socket. */
export const control = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('ping') }),
  z.strictObject({ action: z.literal('stop') }),
  z.strictObject({ action: z.literal('status'), session_id: sessionId }),
  z.strictObject({ action: z.literal('remove'), session_id: sessionId }),
  z.strictObject({
    action: z.literal('apply'),
    ...siteState.omit({ version: true, port: true, state: true }).shape,
  }),
]);
export type Control = z.output<typeof control>;
export type ApplyControl = Extract<Control, { action: 'apply' }>;

/** What it answers: lines of JSON, events first, and one result or one error at the end. */
export const reply = z.union([
  z.strictObject({
    event: z.object({
      kind: z.string(),
      text: z.string(),
      facts: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  z.strictObject({ result: z.unknown() }),
  z.strictObject({
    error: z.object({
      code: z.string(),
      message: z.string(),
      todo: z.string().nullable(),
      facts: z.record(z.string(), z.unknown()),
    }),
  }),
]);
export type Reply = z.input<typeof reply>;

export const pong = z.object({ protocol: z.number(), pid: z.int() });
export const applied = z.object({
  port: z.int(),
  previous_release_id: z.string().nullable(),
  sandbox: z.string(),
});
export type Applied = z.output<typeof applied>;
export const statusReply = z.object({
  state: z.enum(deploymentStates),
  reason: z.string().nullable(),
});
