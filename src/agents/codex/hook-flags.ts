import { createHash } from 'node:crypto';
import { shellLine } from '../shell-line.ts';

export interface CodexHook {
  /** As Codex names it: `UserPromptSubmit`. */
  readonly event: string;
  readonly argv: readonly string[];
  /** Codex cuts those of `SessionEnd` and `Interrupt` down to 3. */
  readonly timeoutSeconds: number;
}

/** Where Codex keeps what came with the arguments; it is part of what a hook is known by. */
const SOURCE = '/<session-flags>/config.toml';

/**
 * Say in arguments which hooks Codex is to call. A hook runs only when it is trusted, by a hash of
 * what it is; ours bring theirs along. The other way, --dangerously-bypass-hook-trust, would run
 * every hook of a foreign project too.
 *
 * Should a version reckon the hash otherwise, it opens its dialog "Hooks need review".
 */
export function hookFlags(hooks: readonly CodexHook[]): readonly string[] {
  const all = hooks.map((hook) => ({ ...hook, command: shellLine(hook.argv) }));
  const state = all.map(({ event, ...hook }) => {
    const key = `${SOURCE}:${snakeCase(event)}:0:0`;
    return `${toml(key)}={trusted_hash=${toml(trustedHash({ event, ...hook }))}}`;
  });
  return [
    ...all.flatMap(({ event, command, timeoutSeconds }) => {
      const handler = `{type="command",command=${toml(command)},timeout=${timeoutSeconds}}`;
      return ['-c', `hooks.${event}=[{hooks=[${handler}]}]`];
    }),
    '-c',
    `hooks.state={${state.join(',')}}`,
  ];
}

/** A string of TOML; JSON's are, but for one character. */
export function toml(text: string): string {
  return JSON.stringify(text).replaceAll('\u007F', String.raw`\u007F`);
}

function trustedHash({
  event,
  command,
  timeoutSeconds,
}: Omit<CodexHook, 'argv'> & { readonly command: string }): string {
  // The names of each object in the order of the alphabet.
  const identity = JSON.stringify({
    event_name: snakeCase(event),
    hooks: [{ async: false, command, timeout: timeoutSeconds, type: 'command' }],
  });
  return `sha256:${createHash('sha256').update(identity).digest('hex')}`;
}

function snakeCase(event: string): string {
  return event.replaceAll(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
