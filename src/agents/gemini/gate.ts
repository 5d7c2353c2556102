import { sep } from 'node:path';
import type { AgentRequest } from '../agent.ts';
import { fixedDecisionOf, matches, strictRules } from '../policy.ts';

type Asker = Pick<AgentRequest, 'policy' | 'mode'>;

/**
 * Tools that are used unasked unless a rule names them: they read, or change files below the
 * agent's own directories (Gemini CLI refuses others), or open a dialog by themselves.
 */
const freeTools = [
  'cli_help',
  'codebase_investigator',
  'complete_task',
  'enter_plan_mode',
  'exit_plan_mode',
  'get_internal_docs',
  'glob',
  'google_web_search',
  'grep_search',
  'invoke_agent',
  'list_background_processes',
  'list_directory',
  'list_mcp_resources',
  'read_background_output',
  'read_file',
  'read_many_files',
  'read_mcp_resource',
  'replace',
  'search_file_content',
  'update_topic',
  'write_file',
  'write_todos',
];

/**
 * Tools for which Gemini CLI would open a dialog of its own after the hook. A new tool is not
 * among them, so that it is asked for twice rather than not at all.
 */
const gatedTools = [
  'run_shell_command',
  'web_fetch',
  'activate_skill',
  'save_memory',
  'list_background_processes',
  'read_background_output',
  'mcp_*',
];

/** Tools that are of no use where nobody answers. */
const questionTools = ['ask_user', 'enter_plan_mode'];

/** A regular expression for the tools that the hook decides about; undefined for none. */
export function gateMatcher(request: Asker): string | undefined {
  if (fixedDecisionOf(request) === 'allow') return undefined;
  const strict = strictRules(request.policy);
  const free = freeTools.filter(
    (name) => !strict.some(({ tool }) => matches(tool.toLowerCase(), name)),
  );
  return `^(?!(?:${free.join('|')})$)`;
}

/**
 * Write the rules for Gemini CLI's own policy engine. `isGated`: the hook decides, so that no
 * dialog is to follow what it allowed.
 *
 * The priorities are the lowest there are, so that every rule of the person outranks them.
 */
export function enginePolicy(
  request: Asker & Pick<AgentRequest, 'exchangeDirs'>,
  isGated: boolean,
): string {
  const fixed = fixedDecisionOf(request);
  const isAllowed = fixed === 'allow' || (fixed === undefined && isGated);
  return [
    // With a pattern Gemini CLI does not second-guess commands that it takes for dangerous.
    ...(isAllowed
      ? [rule(gatedTools, 'allow', 1, 'argsPattern = ".*"\nallowRedirection = true\n')]
      : []),
    // The hook hands the question on and brings the answer back.
    ...(fixed === undefined && isGated ? [rule(['ask_user'], 'allow', 1)] : []),
    // What its commands could do as well is not refused where all of them are allowed.
    ...(fixed === 'allow'
      ? []
      : [
          rule(editTools, fixed ?? 'ask_user', 2, startFiles),
          rule(editTools, 'deny', 3, ourFiles(request.exchangeDirs)),
        ]),
    ...(fixed === undefined ? [] : [rule(questionTools, 'deny', 2)]),
  ].join('\n');
}

const editTools = ['write_file', 'replace'];

/** Files of a project that can run any command when the next agent starts there. */
const startFiles = args(String.raw`[\\/"](?:\.[gG][eE][mM][iI][nN][iI][\\/]|\.[eE][nN][vV]")`);

/**
 * What we believe and obey lies among the agent's files: it is not the agent's to write. A path
 * may be whole, or lead out of the agent's directory.
 */
function ourFiles(dirs: readonly string[]): string {
  const ends = dirs.map((dir) =>
    dir
      .split(sep)
      .slice(-2)
      .join('/')
      .replaceAll(/[^\w/]/g, '.'),
  );
  const start = String.raw`(?:[\\/](?:${ends.join('|')})|"\.\.)`;
  return args(String.raw`${start}[\\/](?:[^"]*[\\/]|)(?:events|replies|gemini)[\\/]`);
}

/** A regular expression for the JSON of a tool's input. Gemini CLI refuses a repeated group. */
function args(pattern: string): string {
  return `argsPattern = '${pattern}'\n`;
}

// oxlint-disable-next-line max-params -- the four fields of a rule, in their order
function rule(
  tools: readonly string[],
  decision: 'allow' | 'deny' | 'ask_user',
  priority: number,
  more = '',
): string {
  // Not in plan mode, which is stricter than all of this.
  const modes = '["default", "autoEdit"]';
  return `[[rule]]\ntoolName = ${JSON.stringify(tools)}\n${more}decision = "${decision}"\npriority = ${priority}\nmodes = ${modes}\n`;
}
