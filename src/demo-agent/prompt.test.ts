import { expect, test } from 'vitest';
import { declaredDependencies } from './declared-dependencies.ts';
import { doWork } from './do-work.ts';
import { parseInstruction, parsePrompt } from './prompt.ts';

function promptFile(template: string, text: string, files: readonly string[] = []): string {
  return `---
job: "job_1"
attempt: 1
template: ${JSON.stringify(template)}
files: ${JSON.stringify(files)}
output: "/x/output-1.md"
---
${text}

---
Write your whole answer as a file to exactly this path:
/x/output-1.md
The answer counts when that file is complete.
`;
}

test('finds both paths in an instruction, also with blanks in them', () => {
  const instruction =
    'Read the file /a dir/prompt.md and do what it says. Write your whole answer to the file /a dir/output-1.md';
  expect(parseInstruction(`${instruction}\n`)).toEqual({
    promptPath: '/a dir/prompt.md',
    outputPath: '/a dir/output-1.md',
  });
  expect(parseInstruction('What is tmux?')).toBeUndefined();
});

test('finds both paths in the reminder of a missing answer', () => {
  const reminder =
    'Your answer is missing. Go on with what /a/prompt.md says and write your whole answer to the file /a/output-1.md';
  expect(parseInstruction(reminder)).toEqual({
    promptPath: '/a/prompt.md',
    outputPath: '/a/output-1.md',
  });
});

test('takes the text out of a prompt file, without what the program put around it', () => {
  expect(parsePrompt(promptFile('file_analysis', 'Look at it.\n\n---\nA rule.', ['/a']))).toEqual({
    template: 'file_analysis',
    files: ['/a'],
    text: 'Look at it.\n\n---\nA rule.',
  });
});

test('takes a file without front matter for a generic prompt', () => {
  expect(parsePrompt('hello')).toEqual({ template: 'generic', files: [], text: 'hello' });
});

test('echoes the message alone, and says that no model made it', async () => {
  const text =
    'Repeat the following message, word for word, and add nothing:\n\nMy message:\n\nsecond part';
  const output = await doWork(promptFile('echo_test', text), '/');
  expect(output.startsWith('My message:\n\nsecond part\n\n---\n')).toBe(true);
  expect(output).toContain('demo agent of tmux-builder, without a model');
});

test('greets, and gives as many uses of tmux as are asked for', async () => {
  const output = await doWork(promptFile('generic', 'Say hello and list three uses of tmux'), '/');
  expect(output).toMatch(/^Hello!/);
  expect(output.match(/^\d\. /gm)).toHaveLength(3);
  expect(output).toContain('37 characters, 8 words, 1 lines');
});

test('gives the same output for the same prompt', async () => {
  const prompt = promptFile('generic', '# A\nword word other\n## B');
  expect(await doWork(prompt, '/')).toBe(await doWork(prompt, '/'));
  expect(await doWork(prompt, '/')).toContain('## B');
});

test('reads the dependencies that manifests declare', () => {
  expect(
    declaredDependencies('package.json', '{"dependencies":{"a":"1"},"devDependencies":{"b":"2"}}'),
  ).toEqual(['a', 'b']);
  expect(declaredDependencies('requirements.txt', '# x\nflask==3\n-r other\nnumpy>=1\n')).toEqual([
    'flask',
    'numpy',
  ]);
  expect(
    declaredDependencies('go.mod', 'module m.io/x\n\nrequire (\n\tgolang.org/x/net v0.1\n)\n'),
  ).toEqual(['golang.org/x/net']);
  expect(
    declaredDependencies('Cargo.toml', '[package]\nname = "x"\n[dependencies]\nserde = "1"\n'),
  ).toEqual(['serde']);
  expect(declaredDependencies('package.json', 'not json')).toEqual([]);
});
