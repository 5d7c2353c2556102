import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fakeKeys, startFakeAws } from '../support/aws/fake-aws.ts';
import { SiteProgram, siteResult } from './site-program.ts';

/** The checks do not know that it is no cloud: they get an address, and look. */
test.each([
  ['static', 'A bakery called Crust with opening hours'],
  ['dynamic', 'A guestbook called Crust'],
])(
  'a %s site goes to a stand-in for AWS, is checked there as anywhere, and leaves nothing',
  async (type, words) => {
    await using aws = await startFakeAws();
    await using tb = await SiteProgram.open({
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: fakeKeys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: fakeKeys.secretAccessKey,
      AWS_SESSION_TOKEN: fakeKeys.sessionToken,
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
      TMUX_BUILDER_SITE_CONFIRM_USD: '1000',
    });
    const where = ['--provider', 'aws', '--type', type, '--agent', 'demo', '--name', 'cloud'];
    const made = await tb.json(siteResult, ['site', 'create', ...where, '--yes', words]);

    expect(made).toMatchObject({ status: 'live', error: null, tests: { failed: 0 } });
    expect(made.execution.steps.map(({ status }) => status)).toEqual(Array(9).fill('succeeded'));
    expect(made.tests?.passed).toBeGreaterThan(0);
    expect(made.screenshots).toHaveLength(2);
    const response = await fetch(made.url ?? '');
    expect(await response.text()).toContain('Crust');
    expect(aws.inventory().join('\n')).toContain('stack tmux-');

    const destroyed = await tb.run(['site', 'destroy', 'cloud', '--yes']);
    expect(destroyed.code, destroyed.stderr).toBe(0);
    expect(aws.inventory()).toEqual([]);
    // Neither the agent nor anything that is kept for people has seen a secret.
    const { stdout } = await tb.run(['site', 'logs', 'cloud', '--step', 'deploy']);
    const report = await readFile(made.report_path ?? '', 'utf8');
    for (const secret of [fakeKeys.secretAccessKey, fakeKeys.sessionToken]) {
      expect(stdout).not.toContain(secret);
      expect(report).not.toContain(secret);
    }
  },
);
