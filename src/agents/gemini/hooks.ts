import { fileURLToPath } from 'node:url';
import type { LaunchTools } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { fixedDecisionOf } from '../policy.ts';
import { shellLine } from '../shell-line.ts';
import { gateMatcher } from './gate.ts';
import { fixedDenial } from './questions.ts';

/** Beside `src` and `dist` alike. */
const endScript = fileURLToPath(new URL('../../../agents/gemini-turn-end.sh', import.meta.url));

/** Milliseconds after which Gemini CLI gives a hook up; the most it takes is a good three weeks. */
const TIMEOUT_MS = 10_000;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The hooks of the settings: they tell what happens, and one decides about tools. */
export function geminiHooks(
  request: Pick<AgentRequest, 'policy' | 'mode'>,
  { hookArgv, askArgv }: LaunchTools,
): object {
  const hook = (name: string, argv = hookArgv) => [
    { hooks: [command('tmux-builder', shellLine([...argv, name]), TIMEOUT_MS)] },
  ];
  const fixed = fixedDecisionOf(request);
  const ask =
    fixed === undefined ? [...askArgv, 'BeforeTool'] : [...hookArgv, 'BeforeTool', fixedDenial];
  const matcher = gateMatcher(request);
  return {
    SessionStart: hook('SessionStart'),
    BeforeAgent: hook('BeforeAgent'),
    ...(matcher === undefined
      ? {}
      : {
          BeforeTool: [
            { matcher, hooks: [command('tmux-builder asks', gate(ask), LONGEST_TIMEOUT_MS)] },
          ],
          // The payload of a tool holds what it read: worth its size only behind a question.
          AfterTool: hook('AfterTool').map((group) => ({ matcher, ...group })),
        }),
    Notification: hook('Notification'),
    AfterAgent: hook('AfterAgent', ['/bin/sh', endScript, ...hookArgv]),
    SessionEnd: hook('SessionEnd'),
  };
}

/** A hook that fails, or says nothing, would let the tool pass. */
function gate(argv: readonly string[]): string {
  const refuse = "{ echo 'Nobody answered whether this tool may be used.' >&2; exit 2; }";
  return `reply=$(${shellLine(argv)}) && [ -n "$reply" ] && printf '%s' "$reply" || ${refuse}`;
}

function command(name: string, line: string, timeout: number): object {
  return { type: 'command', name, command: line, timeout };
}
