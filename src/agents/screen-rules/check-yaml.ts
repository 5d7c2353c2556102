import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { describeIssue } from './describe-issue.ts';
import { AgentFileInvalidError, type FileProblem } from './errors.ts';

/** More than any file needs. */
const LONGEST_FILE = 200_000;

/**
 * Read a YAML file's text by a schema.
 *
 * @throws {AgentFileInvalidError} with all that is wrong, each with its line, column and field.
 */
export function checkYaml<T>(path: string, text: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  if (text.length > LONGEST_FILE) {
    const problem = `it has ${text.length} characters; the most are ${LONGEST_FILE}`;
    throw new AgentFileInvalidError(path, [{ line: 1, column: 1, field: '', problem }]);
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Pick<FileProblem, 'line' | 'column'> => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => ({
      ...at(pos[0]),
      field: '',
      problem: message,
    }));
    throw new AgentFileInvalidError(path, problems);
  }
  // A file of comments alone says nothing new, which is right.
  const parsed = schema.safeParse(document.toJS() ?? {}, { error: describeIssue });
  if (parsed.success) return parsed.data;
  throw new AgentFileInvalidError(
    path,
    parsed.error.issues.flatMap((issue) =>
      placesOf(document, issue).map(([offset, field]) => ({
        ...at(offset),
        field,
        problem: issue.message,
      })),
    ),
  );
}

type Path = readonly PropertyKey[];

/** Where an issue is: a field that is not known is found by its own name. */
function placesOf(
  document: Document,
  issue: z.core.$ZodIssue,
): readonly (readonly [number, string])[] {
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
  if (keys.length === 0) return [nodeAt(document, issue.path)];
  return keys.map((key) => {
    const parent = document.getIn(issue.path, true);
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    const [offset] = nodeAt(document, issue.path);
    return [offsetOf(pair?.key) ?? offset, fieldName([...issue.path, key])];
  });
}

/** The node at a path, or the last one on the way there. */
function nodeAt(document: Document, path: Path): readonly [number, string] {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    const offset = offsetOf(node);
    if (offset === undefined) continue;
    // What is missing is named all the same; a text that stands for more is not taken apart.
    return [offset, fieldName(isScalar(node) ? path.slice(0, length) : path)];
  }
  return [offsetOf(document.contents) ?? 0, fieldName(path)];
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function fieldName(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
