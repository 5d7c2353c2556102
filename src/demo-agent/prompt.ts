/** What the demo agent is asked for. */
export interface Prompt {
  readonly template: string;
  /** Absolute paths of files and directories to read. */
  readonly files: readonly string[];
  /** The prompt without front matter and without the note on where the output goes. */
  readonly text: string;
}

/** Where an instruction points. Undefined for text that a person typed. */
export function parseInstruction(
  text: string,
): { readonly promptPath: string; readonly outputPath: string } | undefined {
  const match =
    /(?:Read the file|Go on with what) (?<prompt>\/.+?) (?:and do what it )?says\b.* to the file (?<output>\/.+?)\s*$/s.exec(
      text,
    );
  if (match?.groups === undefined) return undefined;
  return { promptPath: match.groups['prompt'] ?? '', outputPath: match.groups['output'] ?? '' };
}

/** Read a prompt file's content; what is missing in its front matter gets a neutral value. */
export function parsePrompt(content: string): Prompt {
  const match = /^---\n(?<head>.*?)\n---\n(?<body>.*)$/s.exec(content);
  const head = match?.groups?.['head'] ?? '';
  const body = match?.groups?.['body'] ?? content;
  const fields = new Map(head.split('\n').map(readField));
  const template = fields.get('template');
  const files = fields.get('files');
  return {
    template: typeof template === 'string' ? template : 'generic',
    files: Array.isArray(files) ? files.filter((file) => typeof file === 'string') : [],
    text: body.replace(/\n---\nWrite your whole answer as a file.*$/s, '').trim(),
  };
}

function readField(line: string): readonly [string, unknown] {
  const colon = line.indexOf(':');
  const key = line.slice(0, Math.max(colon, 0)).trim();
  try {
    return [key, JSON.parse(line.slice(colon + 1))];
  } catch {
    return [key, undefined];
  }
}
