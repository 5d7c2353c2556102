import { expect, test } from 'vitest';
import { hookFlags } from './hook-flags.ts';

const place = `/opt/it's "a" \\ place/hook.sh`;

test('a hook comes with the hash by which Codex 0.169.0 trusts it', () => {
  const argv = ['/bin/sh', place, 'SubagentStart'];

  const flags = hookFlags([{ event: 'SubagentStart', argv, timeoutSeconds: 10 }]);

  expect(flags).toEqual([
    '-c',
    String.raw`hooks.SubagentStart=[{hooks=[{type="command",command="'/bin/sh' '/opt/it'\\''s \"a\" \\ place/hook.sh' 'SubagentStart'",timeout=10}]}]`,
    '-c',
    // The real program took this very pair without a question.
    'hooks.state={"/<session-flags>/config.toml:subagent_start:0:0"={trusted_hash="sha256:e90d95e40f29dde4e6cac7703e5fbc6b46687be0f65889bfcdca31b810169212"}}',
  ]);
});

test('the trust of all hooks is one table', () => {
  const events = ['Stop', 'UserPromptSubmit'];
  const flags = hookFlags(events.map((event) => ({ event, argv: ['true'], timeoutSeconds: 1 })));

  expect(flags).toHaveLength(6);
  expect(flags.at(-1)).toMatch(
    /^hooks\.state=\{"[^"]+:stop:0:0"=\{[^}]+\},"[^"]+:user_prompt_submit:0:0"=\{[^}]+\}\}$/,
  );
});
