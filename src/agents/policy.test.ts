import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decision, PermissionPolicy, ToolUse } from './agent.ts';
import {
  decide,
  decideStrict,
  fixedDecision,
  fixedDecisionOf,
  matches,
  parseRule,
} from './policy.ts';

interface Rules {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly ask?: readonly string[];
  readonly otherwise?: Decision;
}

function policy({ allow = [], deny = [], ask = [], otherwise = 'ask' }: Rules): PermissionPolicy {
  return {
    otherwise,
    rules: [
      ...allow.map((rule) => parseRule('allow', rule)),
      ...deny.map((rule) => parseRule('deny', rule)),
      ...ask.map((rule) => parseRule('ask', rule)),
    ],
  };
}

function bash(subject: string): ToolUse {
  return { name: 'Bash', subject, kind: 'command' };
}

function write(subject: string): ToolUse {
  return { name: 'Write', subject, kind: 'path' };
}

describe('of the rules that fit', () => {
  test.each([
    [{ allow: ['*'], ask: ['Bash'], deny: ['Bash(rm *)'] }, 'deny'],
    [{ allow: ['*'], ask: ['Bash'] }, 'ask'],
    [{ allow: ['Bash(rm *)'] }, 'allow'],
    [{ allow: ['Write'], deny: ['Write'] }, 'ask'],
    [{ allow: ['Write'], otherwise: 'deny' }, 'deny'],
  ] as const)('the strictest counts: %j', (rules, decision) => {
    expect(decide(policy(rules), bash('rm -r build'))).toBe(decision);
  });

  test('their order does not', () => {
    const rules = { allow: ['Bash', 'b*'], ask: ['Bash(npm *)'], deny: ['Bash(npm publish*)'] };
    const { rules: list, otherwise } = policy(rules);
    fc.assert(
      fc.property(fc.shuffledSubarray([...list], { minLength: list.length }), (shuffled) => {
        expect(decide({ rules: shuffled, otherwise }, bash('npm publish'))).toBe('deny');
      }),
    );
  });

  test('the name of a tool counts whole, in any case', () => {
    const denied = policy({ deny: ['bash', 'mcp__github__*'], otherwise: 'allow' });
    const use = (name: string): ToolUse => ({ name, subject: '', kind: 'text' });
    expect(decide(denied, use('Bash'))).toBe('deny');
    expect(decide(denied, use('BashOutput'))).toBe('allow');
    expect(decide(denied, use('mcp__github__create_issue'))).toBe('deny');
    expect(decide(denied, use('mcp__gitlab__create_issue'))).toBe('allow');
  });
});

describe('a path', () => {
  const inside = policy({ allow: ['Write(/srv/app/**)'] });

  test.each([
    ['/srv/app/a.txt', 'allow'],
    ['/srv/app/../app/a.txt', 'allow'],
    ['//srv/app/./a.txt', 'allow'],
    ['/srv/app/../../etc/passwd', 'ask'],
    ['/srv/app/..', 'ask'],
    ['/srv/apparatus', 'ask'],
    ['srv/app/a.txt', 'ask'],
    ['/srv/app', 'ask'],
  ])('%s counts by where it leads: %s', (path, decision) => {
    expect(decide(inside, write(path))).toBe(decision);
  });

  test('never escapes from a pattern that allows, however it is written', () => {
    const step = fc.constantFrom('..', '.', '', 'app', 'a', 'srv');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const path = ['', 'srv', 'app', ...steps, 'file'].join('/');
        const isInside = walk(path).startsWith('/srv/app/');
        expect(decide(inside, write(path)) === 'allow').toBe(isInside);
      }),
    );
  });

  test('is denied by where it leads and by how it is written', () => {
    const guarded = policy({ deny: ['Write(/etc/**)'], otherwise: 'allow' });
    expect(decide(guarded, write('/srv/../etc/passwd'))).toBe('deny');
    expect(decide(guarded, write('/etc/../srv/a'))).toBe('deny');
    expect(decide(guarded, write('/srv/a'))).toBe('allow');
  });
});

describe('a command line', () => {
  const tests = policy({ allow: ['Bash(npm test*)', 'Bash(git status)'] });

  test.each([
    'npm test',
    'npm test -- --watch "a b"',
    'npm test && git status',
    'npm test; npm test -- x | npm test',
    'npm test\ngit status\n',
    'npm test -- \'a;b\' "c && d" e\\;f',
    'npm test 2>&1 >/dev/null',
    'npm test "$HOME" ${USER}',
  ])('is allowed when each part is: %s', (line) => {
    expect(decide(tests, bash(line))).toBe('allow');
  });

  test.each([
    'npm test; rm -rf x',
    'npm test && rm -rf x',
    'npm test || rm -rf x',
    'npm test | sh',
    'npm test & rm -rf x',
    'npm test\nrm -rf x',
    'npm test \\\n; rm -rf x',
    'npm test $(rm -rf x)',
    'npm test "$(rm -rf x)"',
    'npm test `rm -rf x`',
    'npm test "`rm -rf x`"',
    'npm test ${a:-$(rm -rf x)}',
    'npm test ${a@P}',
    'npm test <(rm -rf x)',
    'npm test > /etc/passwd',
    'npm test >| x',
    'npm test >&x',
    'npm test >&2x',
    'npm test >/dev/null/../x',
    'npm test < x',
    'npm test <<X\nrm\nX',
    "npm test # ' \n rm -rf x #'",
    "npm test;# ' \n rm -rf x #'",
    "npm test $'a\\'' ; rm -rf x '",
    "npm test 'open ; rm -rf x",
    'npm test "open ; rm -rf x',
    'npm test \\',
    'PATH=/tmp npm test',
    '(rm -rf x) npm test',
    'npm test (rm -rf x)',
    'npm() { rm -rf x; }; npm test',
    '',
    ' ; ',
  ])('is not allowed where a part is not, or nobody can say: %j', (line) => {
    expect(decide(tests, bash(line))).toBe('ask');
  });

  test('is allowed with all it holds where every command is', () => {
    const open = policy({ allow: ['Bash(*)'] });
    expect(decide(open, bash('a $(b) > c'))).toBe('allow');
  });

  test.each([
    'rm x',
    'true; rm x',
    'true && rm x',
    'echo $(rm x)',
    'echo "`rm x`"',
    'FOO=1 sudo rm x',
    '/bin/rm x',
    '"rm" x',
    'r\\m x',
    'if true; then rm x; fi',
    '{ rm x; }',
    "true # ' \n rm x #'",
  ])('is denied when a part is: %s', (line) => {
    const guarded = policy({ allow: ['Bash'], deny: ['Bash(rm *)'], otherwise: 'allow' });
    expect(decide(guarded, bash(line))).toBe('deny');
  });

  test('is asked about when a part is to be', () => {
    const guarded = policy({ allow: ['Bash'], ask: ['Bash(git push*)'] });
    expect(decide(guarded, bash('git add . && git push origin'))).toBe('ask');
    expect(decide(guarded, bash('git add .'))).toBe('allow');
  });
});

describe('a subject of unknown kind', () => {
  const use = (subject: string): ToolUse => ({ name: 'Any', subject });

  test('counts as what is stricter', () => {
    expect(decide(policy({ allow: ['Any(/srv/*)'] }), use('/srv/a'))).toBe('allow');
    expect(decide(policy({ allow: ['Any(/srv/*)'] }), use('/srv/../etc'))).toBe('ask');
    expect(decide(policy({ allow: ['Any(ls *)'] }), use('ls a; rm b'))).toBe('ask');
    expect(decide(policy({ deny: ['Any(rm *)'] }), use('ls a; rm b'))).toBe('deny');
    expect(decide(policy({ deny: ['Any(/etc*)'] }), use('/srv/../etc'))).toBe('deny');
  });
});

test('an address is taken as it stands', () => {
  const docs = policy({ allow: ['WebFetch(https://example.org/*)'] });
  const fetch = (subject: string): ToolUse => ({ name: 'WebFetch', subject, kind: 'text' });
  expect(decide(docs, fetch('https://example.org/a?b=1&c=2'))).toBe('allow');
  expect(decide(docs, fetch('https://example.org.evil.net/'))).toBe('ask');
});

test('the strict rules alone forbid and ask, and let pass what none of them names', () => {
  const some = policy({ otherwise: 'deny', allow: ['Bash(rm *)'], deny: ['Bash(rm -r*)'] });
  const of = (subject: string) => decideStrict(some, { name: 'Bash', subject, kind: 'command' });

  expect(['rm -rf x', 'rm x', 'ls'].map(of)).toEqual(['deny', 'allow', 'allow']);
});

test('a conversation has no decision for good: its next job may have another policy', () => {
  const asked = { policy: policy({ otherwise: 'allow' }) };

  expect(fixedDecisionOf({ ...asked, mode: 'one-shot' })).toBe('allow');
  expect(fixedDecisionOf({ ...asked, mode: 'persistent' })).toBeUndefined();
});

test('without rules a policy says the same to all, unless it leaves it to a person', () => {
  expect(fixedDecision(policy({ otherwise: 'allow' }))).toBe('allow');
  expect(fixedDecision(policy({ otherwise: 'deny' }))).toBe('deny');
  expect(fixedDecision(policy({ otherwise: 'ask' }))).toBeUndefined();
  expect(fixedDecision(policy({ otherwise: 'deny', allow: ['Read'] }))).toBeUndefined();
});

describe('a pattern', () => {
  test('fits like the regular expression that it stands for', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (pattern, subject) => {
        const source = pattern.split('*').map((part) => part.replaceAll('.', String.raw`\.`));
        const expression = new RegExp(`^(?:${source.join(String.raw`[\s\S]*`)})$`);
        expect(matches(pattern, subject)).toBe(expression.test(subject));
      }),
      { numRuns: 2_000 },
    );
  });

  test('of many stars is no trap', () => {
    expect(matches(`${'a*'.repeat(50)}b`, 'a'.repeat(20_000))).toBe(false);
  });
});

describe('rules as people write them', () => {
  test.each([
    ['Bash(npm test*)', { tool: 'Bash', subject: 'npm test*' }],
    ['Bash(echo (a))', { tool: 'Bash', subject: 'echo (a)' }],
    [' Write(/srv/app/**) ', { tool: 'Write', subject: '/srv/app/**' }],
    ['mcp__github__*', { tool: 'mcp__github__*', subject: undefined }],
    ['WebFetch', { tool: 'WebFetch', subject: undefined }],
    ['*(/srv/**)', { tool: '*', subject: '/srv/**' }],
  ])('%s', (text, rule) => {
    expect(parseRule('allow', text)).toEqual({ decision: 'allow', ...rule });
  });

  test.each([
    ['', 'TOOL(PATTERN)'],
    ['npm test', 'TOOL(PATTERN)'],
    ['Bash(npm test', 'TOOL(PATTERN)'],
    ['Bash()', 'every use of Bash'],
    ['Bash(npm run test:*)', 'write Bash(npm run test*)'],
    ['Write(src/**)', 'paths are absolute'],
    ['Read(~/x)', 'paths are absolute'],
    ['edit(//srv/**)', 'without //'],
    ['Write(/srv/../etc/*)', 'without //'],
    ['Write(/srv/app/)', 'end it with /**'],
  ])('refuses %j and says what is wrong', (text, hint) => {
    expect(() => parseRule('deny', text)).toThrow(hint);
  });
});

/** Where a path leads, one step at a time. */
function walk(path: string): string {
  const at: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..') at.pop();
    else if (step !== '' && step !== '.') at.push(step);
  }
  return `/${at.join('/')}`;
}
