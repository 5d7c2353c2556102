import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runView } from '../../src/contract/index.ts';
import { openChatCompletionsApi } from '../support/chat-completions-api.ts';
import { openGeminiApi } from '../support/gemini-api.ts';
import { needRealCodex, openCodexHome } from '../support/real-codex.ts';
import { needRealGemini, openGeminiHome } from '../support/real-gemini.ts';
import { needRealOpencode, openOpencodeHome } from '../support/real-opencode.ts';
import { openResponsesApi } from '../support/responses-api.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const execute = promisify(execFile);

interface Surroundings {
  readonly agent: string;
  readonly program: string;
  readonly home: { readonly dir: string; readonly environment: Readonly<Record<string, string>> };
  readonly environment: Readonly<Record<string, string>>;
}

/** Do one job with the whole program, as a person would who has this agent. */
async function run({ agent, program, home, environment }: Surroundings) {
  const env = {
    ...home.environment,
    ...environment,
    TMUX_BUILDER_DATA_DIR: join(home.dir, 'data'),
    TMUX_BUILDER_RUNTIME_DIR: join(home.dir, 'r'),
    [`TMUX_BUILDER_${agent.toUpperCase()}_PATH`]: program,
    TMUX_BUILDER_PASS_ENVIRONMENT: 'TEST_KEY,CHAT_API',
  };
  const args = [main, 'run', 'Say hello', '--agent', agent, '--permission', 'allow', '--json'];
  const { stdout } = await execute(process.execPath, args, { env });
  return runView.parse(JSON.parse(stdout));
}

test('`run` gives a prompt to the real Codex, asked once', async (context) => {
  const program = needRealCodex(context);
  await using api = await openResponsesApi();
  await using home = await openCodexHome(api.url);
  const result = await run({ agent: 'codex', program, home, environment: {} });
  expect(result).toMatchObject({ status: 'succeeded', agent: 'codex', attempts: 1 });
  expect(result.output).not.toBe('');
  expect(api.prompts).toHaveLength(1);
});

test('`run` gives a prompt to the real Gemini CLI, asked once', async (context) => {
  const program = needRealGemini(context);
  await using api = await openGeminiApi();
  await using home = await openGeminiHome();
  const environment = { GOOGLE_GEMINI_BASE_URL: api.url };
  const result = await run({ agent: 'gemini', program, home, environment });
  expect(result).toMatchObject({ status: 'succeeded', agent: 'gemini', attempts: 1 });
  expect(result.output).not.toBe('');
  expect(api.prompts.filter((prompt) => prompt.startsWith('Read the file'))).toHaveLength(1);
});

test('`run` gives a prompt to the real opencode, asked once', async (context) => {
  const program = needRealOpencode(context);
  await using api = await openChatCompletionsApi();
  await using home = await openOpencodeHome();
  const result = await run({
    agent: 'opencode',
    program,
    home,
    environment: { CHAT_API: api.url },
  });
  expect(result).toMatchObject({ status: 'succeeded', agent: 'opencode', attempts: 1 });
  expect(result.output).not.toBe('');
  expect(api.prompts.filter((prompt) => prompt.startsWith('Read the file'))).toHaveLength(1);
});
