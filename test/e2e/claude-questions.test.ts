import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jobView, questionView } from '../../src/contract/index.ts';
import { openModelApi, type Reply, readThenWrite, type Turn } from '../support/model-api.ts';
import { needRealClaude, openClaudeHome, realVersions } from '../support/real-claude.ts';
import { Program } from './cli-program.ts';

const list = z.object({ items: z.array(questionView) });

describe.for(realVersions)('the program with Claude Code %s', (version) => {
  test('asks a person at the start and at a tool, over a kill -9, and obeys the rules', async (context) => {
    const claude = needRealClaude(version, context);
    const target = { file: '' };
    const model = (turn: Turn): Reply => {
      const bash = turn.toolResults.filter(({ name }) => name === 'Bash');
      const own = turn.toolResults.filter(({ name }) => name !== 'Bash' && name !== 'Edit');
      if (turn.toolResults.length === 0) {
        const input = { file_path: target.file, old_string: '', new_string: 'x' };
        return { kind: 'tool', name: 'Edit', input };
      }
      if (bash.length === 0) {
        return { kind: 'tool', name: 'Bash', input: { command: 'kill -0 $$ && date > now' } };
      }
      return readThenWrite({ ...turn, toolResults: own });
    };
    await using api = await openModelApi(model);
    await using home = await openClaudeHome();
    await using program = await Program.open();
    target.file = join(home.project, 'secret');
    const env = {
      ...home.environment,
      ANTHROPIC_BASE_URL: api.url,
      TMUX_BUILDER_CLAUDE_PATH: claude,
      TMUX_BUILDER_PASS_ENVIRONMENT: 'CLAUDE_CODE_TMPDIR,HTTP_PROXY,HTTPS_PROXY,NO_PROXY',
    };
    const begin = (...args: readonly string[]) => program.start(args, '', env);
    const ask = async () => list.parse(JSON.parse((await begin('asking', '--json').ended).stdout));
    const answer = async (...words: readonly string[]) => {
      const [question] = (await ask()).items;
      const { code } = await begin('job', 'answer', question?.question_id ?? '', ...words).ended;
      expect(code).toBe(0);
      return question;
    };

    const options = ['--directory', home.project, '--deny', 'Edit(*/secret)'];
    const added = await begin('job', 'add', ...options, 'Say hello', '--json').ended;
    const { job_id: jobId } = jobView.parse(JSON.parse(added.stdout));
    const before = begin('worker');
    await before.until('-> Answer it:');
    const trust = await answer('yes');
    await before.until('asks: Bash: kill -0');
    before.kill('SIGKILL');
    const permission = await answer('allow');
    const after = await begin('worker', '--until-idle').ended;

    expect(after.code).toBe(0);
    expect(trust?.kind).toBe('trust');
    expect(permission).toMatchObject({ tool: 'Bash', subject: 'kill -0 $$ && date > now' });
    const shown = await begin('job', 'show', jobId, '--json').ended;
    expect(JSON.parse(shown.stdout)).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(existsSync(join(home.project, 'now'))).toBe(true);
    expect(existsSync(target.file)).toBe(false);
    expect(api.prompts).toHaveLength(1);
  });
});
