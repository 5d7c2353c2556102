import { lstat, open, readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { declaredDependencies } from './declared-dependencies.ts';

const MOST_FILES = 5_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** Of a larger file only its size is told. */
const LARGEST_FILE = 4 * 1024 * 1024;
const MOST_MARKS = 100;
const skippedDirs = new Set(['.git', '.hg', 'node_modules', '__pycache__', '.venv', 'target']);

interface FileFacts {
  readonly path: string;
  readonly bytes: number;
  /** Undefined for binary and for large files. */
  readonly lines: number | undefined;
  readonly marks: readonly string[];
  readonly dependencies: readonly string[];
}

interface Survey {
  readonly files: FileFacts[];
  readonly problems: string[];
  bytesRead: number;
}

/** Read files and directories and report true figures in Markdown. Links are not followed. */
export async function analyseFiles(paths: readonly string[]): Promise<string> {
  const survey: Survey = { files: [], problems: [], bytesRead: 0 };
  if (paths.length === 0) survey.problems.push('The prompt names no file and no directory.');
  for (const path of paths) await visit(path, survey);
  return report(paths, survey);
}

async function visit(path: string, survey: Survey): Promise<void> {
  if (survey.files.length >= MOST_FILES) {
    const note = `Only the first ${MOST_FILES} files were read.`;
    if (!survey.problems.includes(note)) survey.problems.push(note);
    return;
  }
  try {
    const stat = await lstat(path);
    if (stat.isDirectory()) {
      const names = (await readdir(path)).toSorted().filter((name) => !skippedDirs.has(name));
      for (const name of names) await visit(join(path, name), survey);
    } else if (stat.isFile()) {
      survey.files.push(await readFacts(path, stat.size, survey));
    }
  } catch (error) {
    survey.problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readFacts(path: string, bytes: number, survey: Survey): Promise<FileFacts> {
  const none = { path, bytes, lines: undefined, marks: [], dependencies: [] };
  if (bytes > LARGEST_FILE || survey.bytesRead + bytes > MOST_BYTES) return none;
  await using file = await open(path, 'r');
  const content = await file.readFile();
  survey.bytesRead += content.length;
  if (content.includes(0)) return none;
  const text = content.toString('utf8');
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const marks = lines.flatMap((line, index) =>
    /\b(?:TODO|FIXME)\b/.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
  );
  const dependencies = declaredDependencies(basename(path), text);
  return { path, bytes, lines: lines.length, marks, dependencies };
}

function report(paths: readonly string[], { files, problems }: Survey): string {
  const lines = files.reduce((sum, file) => sum + (file.lines ?? 0), 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const longest = files
    .toSorted((a, b) => (b.lines ?? 0) - (a.lines ?? 0))
    .slice(0, 10)
    .map((file) => `- ${file.path}: ${file.lines ?? 'unknown'} lines, ${file.bytes} bytes`);
  const marks = files.flatMap((file) => file.marks);
  const declared = files
    .filter((file) => file.dependencies.length > 0)
    .map((file) => `- ${file.path}: ${file.dependencies.join(', ')}`);
  return [
    `# Report on ${paths.join(', ') || 'nothing'}`,
    `${files.length} files, ${lines} lines of text, ${bytes} bytes.`,
    section('Languages', languages(files)),
    section('Longest files', longest),
    section(
      `Marks of unfinished work (${marks.length})`,
      marks.slice(0, MOST_MARKS).map((mark) => `- ${mark}`),
    ),
    section('Declared dependencies', declared),
    section(
      'What could not be read',
      problems.map((problem) => `- ${problem}`),
    ),
  ].join('\n\n');
}

function section(title: string, rows: readonly string[]): string {
  return `## ${title}\n\n${rows.length === 0 ? 'None.' : rows.join('\n')}`;
}

function languages(files: readonly FileFacts[]): readonly string[] {
  const byKind = Map.groupBy(files, ({ path }) => extname(path).toLowerCase() || basename(path));
  return [...byKind]
    .map(([kind, all]) => ({
      name: names.get(kind) ?? kind,
      files: all.length,
      lines: all.reduce((sum, file) => sum + (file.lines ?? 0), 0),
      bytes: all.reduce((sum, file) => sum + file.bytes, 0),
    }))
    .toSorted((a, b) => b.lines - a.lines || b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, 30)
    .map((row) => `- ${row.name}: ${row.files} files, ${row.lines} lines, ${row.bytes} bytes`);
}

const names = new Map([
  ['.c', 'C (.c)'],
  ['.cpp', 'C++ (.cpp)'],
  ['.css', 'CSS (.css)'],
  ['.go', 'Go (.go)'],
  ['.h', 'C header (.h)'],
  ['.html', 'HTML (.html)'],
  ['.java', 'Java (.java)'],
  ['.js', 'JavaScript (.js)'],
  ['.json', 'JSON (.json)'],
  ['.jsx', 'JavaScript (.jsx)'],
  ['.md', 'Markdown (.md)'],
  ['.mjs', 'JavaScript (.mjs)'],
  ['.php', 'PHP (.php)'],
  ['.py', 'Python (.py)'],
  ['.rb', 'Ruby (.rb)'],
  ['.rs', 'Rust (.rs)'],
  ['.sh', 'Shell (.sh)'],
  ['.sql', 'SQL (.sql)'],
  ['.toml', 'TOML (.toml)'],
  ['.ts', 'TypeScript (.ts)'],
  ['.tsx', 'TypeScript (.tsx)'],
  ['.yaml', 'YAML (.yaml)'],
  ['.yml', 'YAML (.yml)'],
]);
