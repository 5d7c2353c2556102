import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Write a small program and its test into `directory`: the prompt's words as a list of tasks that
 * can be listed and counted. Files that are there are kept.
 */
export async function writeScaffold(text: string, directory: string): Promise<string> {
  const tasks = tasksIn(text);
  const name = slug(tasks[0] ?? 'task');
  const files = [
    { path: join(directory, `${name}.mjs`), content: program(tasks) },
    { path: join(directory, `${name}.test.mjs`), content: programTest(name, tasks.length) },
  ];
  const sections = [];
  for (const { path, content } of files) {
    const note = (await writeNew(path, content)) ? 'written' : 'it was there already and is kept';
    sections.push(`## ${path}\n\n(${note})\n\n\`\`\`js\n${content}\`\`\``);
  }
  return `A scaffold, not a solution: the demo agent cannot write the code that was asked for. It made a
runnable start with the tasks that it found in the prompt.

- Run: \`node ${name}.mjs\`
- Test: \`node --test ${name}.test.mjs\`

${sections.join('\n\n')}`;
}

/** List items, or else sentences: at most 20, each on one line. */
function tasksIn(text: string): readonly string[] {
  const items = text
    .split('\n')
    .flatMap((line) => /^\s*(?:[-*]|\d+\.)\s+(.+)$/.exec(line)?.[1] ?? []);
  const sentences = text.split(/(?<=[.!?])\s+|\n+/);
  const found = items.length > 0 ? items : sentences;
  return found
    .map((one) => one.replaceAll(/\s+/g, ' ').trim().slice(0, 200))
    .filter((one) => one !== '')
    .slice(0, 20);
}

function slug(text: string): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return ['demo', ...words.slice(0, 4)].join('-').slice(0, 60);
}

function program(tasks: readonly string[]): string {
  return `// Scaffold made by the demo agent of tmux-builder, without a model.
export const tasks = ${JSON.stringify(tasks, undefined, 2)};

export function list() {
  return tasks.map((task, index) => \`\${index + 1}. \${task}\`).join('\\n');
}

if (import.meta.filename === process.argv[1]) console.log(list());
`;
}

function programTest(name: string, count: number): string {
  return `// Scaffold made by the demo agent of tmux-builder, without a model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list, tasks } from './${name}.mjs';

test('lists every task of the prompt once', () => {
  assert.equal(tasks.length, ${count});
  assert.equal(list().split('\\n').length, ${count});
});
`;
}

async function writeNew(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
