import { type IncomingMessage, request } from 'node:http';
import { CodedError, systemCode } from '../../base/index.ts';
import type { OnDeployEvent } from '../deployer.ts';
import { type Control, reply } from './control.ts';

/** Nobody listens at the socket, or whoever did ended before it answered. */
export class HostGoneError extends CodedError {
  constructor(reason: string, cause?: unknown) {
    super('deploy.host-gone', `The site host cannot be reached (${reason}).`, {
      cause,
      todo: 'Try again: it is started when a site is used',
    });
  }
}

/**
 * Ask the site host for something and wait for the end of it.
 *
 * @throws {HostGoneError}, the CodedError that it answered, or `signal.reason`; the host gives up
 * what it had begun when this is aborted.
 */
export async function callHost(
  socketPath: string,
  control: Control,
  onEvent: OnDeployEvent,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    return await call(socketPath, control, onEvent, signal);
  } catch (error) {
    signal.throwIfAborted();
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new HostGoneError(code, error);
  }
}

async function call(
  socketPath: string,
  control: Control,
  onEvent: OnDeployEvent,
  signal: AbortSignal,
): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = request({ socketPath, method: 'POST', path: '/', agent: false, signal });
  asked.on('error', reject);
  asked.on('response', resolve);
  asked.end(JSON.stringify(control));
  for await (const line of linesOf(await promise)) {
    const said = reply.parse(JSON.parse(line));
    if ('event' in said) {
      const { facts, ...event } = said.event;
      onEvent(facts === undefined ? event : { ...event, facts });
    } else if ('error' in said) {
      const { code, message, todo, facts } = said.error;
      throw new CodedError(code, message, todo === null ? { facts } : { facts, todo });
    } else return said.result;
  }
  signal.throwIfAborted();
  throw new HostGoneError('it ended before it answered');
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8');
  let rest = '';
  for await (const chunk of response) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
