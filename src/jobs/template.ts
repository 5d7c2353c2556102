import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CodedError, systemCode } from '../base/index.ts';

/** A kind of job: how long it may take and what stands around the person's text. */
export interface Template {
  readonly name: string;
  readonly description: string;
  readonly timeLimitMs: number;
  readonly needsFiles: boolean;
  /** Agent to use when the job names none. */
  readonly agent: string | undefined;
  /** `{{prompt}}` and `{{files}}` are replaced; everything else is kept. */
  readonly body: string;
  readonly path: string;
}

const header = z.strictObject({
  description: z.string(),
  /** Seconds. */
  time_limit: z.number().positive(),
  needs_files: z.boolean().optional(),
  agent: z.string().optional(),
});

/**
 * Read a template file: front matter in YAML between two `---` lines, then the body.
 *
 * @throws {CodedError} `template.not-found`, or `template.invalid` naming file and field.
 */
export async function getTemplate(name: string, dirs: readonly string[]): Promise<Template> {
  if (/^[a-z0-9][a-z0-9_-]*$/i.test(name)) {
    for (const dir of dirs) {
      const found = await findTemplate(join(dir, `${name}.md`));
      if (found !== undefined) return found;
    }
  }
  const known = (await listTemplates(dirs)).map((one) => one.name).join(', ');
  throw new CodedError('template.not-found', `There is no template "${name}".`, {
    facts: { name, dirs },
    todo: `Use one of: ${known}; or add ${join(dirs[0] ?? '', 'NAME.md')}`,
  });
}

/** Every template, by name; a user's file hides the built-in one of the same name. */
export async function listTemplates(dirs: readonly string[]): Promise<readonly Template[]> {
  const byName = new Map<string, Template>();
  for (const dir of dirs) {
    for (const file of await filesIn(dir)) {
      const template = byName.has(basename(file, '.md'))
        ? undefined
        : await findTemplate(join(dir, file));
      if (template !== undefined) byName.set(template.name, template);
    }
  }
  return [...byName.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Put the person's text and files into a template. */
export function fillTemplate(
  template: Template,
  { prompt, files }: { readonly prompt: string; readonly files: readonly string[] },
): string {
  const list = files.map((file) => `- ${file}`).join('\n');
  // A function, because a replacement string would interpret `$&` in the person's text.
  const filled = template.body.replaceAll(/\{\{(prompt|files)\}\}/g, (_mark, name) =>
    name === 'files' ? list : prompt,
  );
  return `${filled.trim()}\n`;
}

async function filesIn(dir: string): Promise<readonly string[]> {
  try {
    return (await readdir(dir)).filter((file) => file.endsWith('.md'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function findTemplate(path: string): Promise<Template | undefined> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  return await parseTemplate(path, content);
}

async function parseTemplate(path: string, content: string): Promise<Template> {
  const parts = /^---\r?\n(?<head>.*?)\r?\n---\r?\n(?<body>.*)$/s.exec(content);
  if (parts?.groups === undefined) throw invalid(path, 'it does not begin with front matter');
  const { head = '', body = '' } = parts.groups;
  // Loaded late: only reading templates needs it, and most commands read none.
  const { parse } = await import('yaml');
  let raw: unknown;
  try {
    raw = parse(head);
  } catch (error) {
    throw invalid(path, error instanceof Error ? error.message : String(error));
  }
  const { success, data, error } = header.safeParse(raw);
  if (!success) {
    const [issue] = error.issues;
    throw invalid(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  if (!body.includes('{{prompt}}')) throw invalid(path, 'its body has no {{prompt}}');
  return {
    name: basename(path, '.md'),
    description: data.description,
    timeLimitMs: Math.round(data.time_limit * 1000),
    needsFiles: data.needs_files ?? false,
    agent: data.agent,
    body,
    path,
  };
}

function invalid(path: string, problem: string): CodedError {
  return new CodedError('template.invalid', `The template ${path} cannot be used: ${problem}.`, {
    facts: { path, problem },
    todo: 'Correct the file; docs/jobs.md shows what a template holds',
  });
}
