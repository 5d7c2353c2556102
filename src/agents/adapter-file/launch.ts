import { dirname } from 'node:path';
import type { Launch, LaunchTools } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { fixedDecision } from '../policy.ts';
import { shellLine } from '../shell-line.ts';
import type { AdapterFile } from './schema.ts';
import { fill, fillAll, type Values } from './template.ts';

/** Say how to start the program of an adapter file; `path` is where it was found. */
export function launchFile(
  { delivery, args, environment, files }: AdapterFile,
  request: AgentRequest,
  { hookArgv, askArgv }: LaunchTools,
  path: string,
): Launch {
  const values = {
    ...requestValues(request),
    hook: (name: string) => shellLine([...hookArgv, name]),
    ask: (name: string) => shellLine([...askArgv, name]),
  };
  const isTold = delivery === 'argv' && request.mode === 'one-shot';
  /** Values for each time that a part is taken; none when its condition does not hold. */
  const times: Readonly<
    Record<NonNullable<AdapterFile['args'][number]['when']>, readonly object[]>
  > = {
    instruction: one('instruction', isTold ? request.exchange.instruction : undefined),
    model: one('model', request.model),
    resume: one('resume', request.resume),
    dirs: request.exchangeDirs.map((dir) => ({ dir })),
    'allow-all': fixedDecision(request.policy) === 'allow' ? [{}] : [],
    'deny-all': fixedDecision(request.policy) === 'deny' ? [{}] : [],
  };
  const argv = args.flatMap(({ when, args: texts, otherwise = [] }) => {
    const taken = when === undefined ? [{}] : times[when];
    if (taken.length === 0) return otherwise.map((text) => fill(text, values));
    return taken.flatMap((more) => texts.map((text) => fill(text, { ...values, ...more })));
  });
  return {
    argv: [path, ...argv],
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, text]) => [name, fill(text, values)]),
    ),
    files: files.map(({ path: name, content, json }) => ({
      path: fill(name, values),
      content:
        content === undefined
          ? JSON.stringify(fillAll(json, values), undefined, 2)
          : fill(content, values),
    })),
  };
}

function one(name: string, value: string | undefined): readonly object[] {
  return value === undefined ? [] : [{ [name]: value }];
}

/** What has a value from the request alone. */
export function requestValues(
  request: Pick<
    AgentRequest,
    'exchange' | 'conversationId' | 'homeDir' | 'directory' | 'environment'
  >,
): Values {
  const { exchange, conversationId, homeDir, directory, environment } = request;
  return {
    prompt: exchange.promptPath,
    output: exchange.outputPath,
    exchange: dirname(exchange.promptPath),
    conversation: conversationId,
    home: homeDir,
    directory,
    env: (name) => environment[name] ?? '',
  };
}
