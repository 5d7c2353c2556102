import type { AdapterFile } from './schema.ts';
import { hooksIn } from './template.ts';

interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What is wrong with fields that are each right by themselves. */
export function contradictions(file: AdapterFile): readonly Contradiction[] {
  return [...unworkable(file), ...missingHooks(file)];
}

/** Agents that would never get their work, or never be seen to have done it. */
function* unworkable(file: AdapterFile): Generator<Contradiction> {
  const { delivery, doneBy, screen, hooks } = file;
  const hasComposer = screen?.composer !== undefined;
  const isTold = textsOf(file).some((text) => /\{(?:instruction|prompt)\}/.test(text));
  const tellsEnd = Object.values(hooks).some(({ means }) => means === 'turn-ended');
  if (delivery === 'argv' && !isTold) {
    yield {
      path: ['args'],
      message: 'has to name {instruction} or {prompt}: with the delivery "argv" nothing is typed',
    };
  }
  if (delivery === 'paste' && !hasComposer) {
    yield {
      path: ['screen', 'composer'],
      message: 'is missing: a prompt is pasted only while the screen shows the composer',
    };
  }
  if (delivery === 'paste' && doneBy === 'exit') {
    yield {
      path: ['doneBy'],
      message:
        'is to be "turn": the screen of a program that ends with its work is not read, so nothing is pasted',
    };
  }
  if (doneBy === 'turn' && !tellsEnd && !hasComposer) {
    yield {
      path: ['doneBy'],
      message: 'cannot be "turn" without a hook that means turn-ended, or a composer on the screen',
    };
  }
}

function* missingHooks(file: AdapterFile): Generator<Contradiction> {
  const texts = textsOf(file);
  const asked = new Set(texts.flatMap((text) => hooksIn(text, 'ask')));
  const called = new Set([...texts.flatMap((text) => hooksIn(text, 'hook')), ...asked]);
  for (const name of called) {
    if (file.hooks[name] !== undefined) continue;
    yield { path: ['hooks', name], message: `is missing: {hook ${name}} stands in this file` };
  }
  for (const name of asked) {
    const { means = 'asking', allow, deny } = file.hooks[name] ?? {};
    if (means === 'asking' && allow !== undefined && deny !== undefined) continue;
    const message = `has to mean asking and to have "allow" and "deny": {ask ${name}} waits for them`;
    yield { path: ['hooks', name], message };
  }
  const event = file.usage?.event;
  if (event !== undefined && !called.has(event)) {
    yield { path: ['usage', 'event'], message: `is never told: {hook ${event}} stands nowhere` };
  }
}

function textsOf({ args, environment, files }: AdapterFile): readonly string[] {
  return [
    ...args.flatMap((part) => [...part.args, ...(part.otherwise ?? [])]),
    ...Object.values(environment),
    ...files.map(({ content, json }) => content ?? JSON.stringify(json) ?? ''),
  ];
}
