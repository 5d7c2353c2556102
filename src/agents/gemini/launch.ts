import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Launch, LaunchTools } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { geminiHome, readSettings } from './home.ts';
import { homeFiles } from './settings.ts';
import { asksForTrust } from './trust.ts';

/** Beside `src` and `dist` alike. */
const homeScript = fileURLToPath(new URL('../../../agents/gemini-home.sh', import.meta.url));

/** Say how to start Gemini CLI. `path` is the program. */
export async function launchGemini(
  request: AgentRequest,
  tools: LaunchTools,
  path: string,
): Promise<Launch> {
  const { environment, resume, model } = request;
  const theirs = geminiHome(environment);
  const home = join(request.homeDir, 'gemini');
  const person = {
    environment,
    settings: await readSettings(theirs, '.gemini', 'settings.json'),
    folders: await readSettings(theirs, '.gemini', 'trustedFolders.json'),
  };
  // An instruction in the arguments is taken before the conversation to go on with is there, and
  // even while the dialog about trust is open.
  const isHeldBack =
    request.mode === 'persistent' ||
    resume !== undefined ||
    (!request.isDirectoryOurs && (await asksForTrust(request.directory, person)));
  const instruction = isHeldBack ? undefined : request.exchange.instruction;
  return {
    argv: [
      '/bin/sh',
      homeScript,
      theirs,
      path,
      '--approval-mode',
      'auto_edit',
      ...(resume === undefined ? ['--session-id', request.conversationId] : []),
      ...(resume === undefined ? [] : ['--session-file', resume]),
      ...(model === undefined ? [] : ['--model', model]),
      // Joined, so that an instruction that begins with a dash is no option.
      ...(instruction === undefined ? [] : [`--prompt-interactive=${instruction}`]),
    ],
    environment: {
      GEMINI_CLI_HOME: home,
      // Otherwise the box around the composer is drawn in another way.
      COLORTERM: 'truecolor',
    },
    files: await homeFiles(home, { request, tools, person }),
  };
}
