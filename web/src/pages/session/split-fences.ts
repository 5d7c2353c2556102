/** A part of a text: prose, or what stands between lines of three backticks or more. */
export interface TextPart {
  readonly kind: 'prose' | 'code';
  readonly text: string;
}

const FENCE = /^\s{0,3}(`{3,}|~{3,})/;

/** Part a text into prose and code blocks; a block that nobody closed goes on to the end. */
export function splitFences(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let lines: string[] = [];
  let fence: string | undefined;
  const end = (kind: TextPart['kind']): void => {
    const part = lines.join('\n');
    lines = [];
    if (kind === 'code' || part.trim() !== '') parts.push({ kind, text: part });
  };
  for (const line of text.split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    if (fence === undefined && mark !== undefined) {
      end('prose');
      fence = mark;
    } else if (fence !== undefined && mark?.startsWith(fence) === true) {
      end('code');
      fence = undefined;
    } else {
      lines.push(line);
    }
  }
  end(fence === undefined ? 'prose' : 'code');
  return parts;
}
