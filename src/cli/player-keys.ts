export type PlayerKey = 'pause' | 'step' | 'back' | 'ahead' | 'previous' | 'next' | 'leave';

const keys: Readonly<Record<string, PlayerKey>> = {
  ' ': 'pause',
  '.': 'step',
  '\u001b[D': 'back',
  '\u001bOD': 'back',
  '\u001b[C': 'ahead',
  '\u001bOC': 'ahead',
  '[': 'previous',
  ']': 'next',
  q: 'leave',
  '\u0003': 'leave',
};

/** What a person presses during a replay, as a terminal sends it; other keys mean nothing. */
export function readPlayerKeys(text: string): readonly PlayerKey[] {
  // oxlint-disable-next-line no-control-regex -- keys come as escape sequences
  const sequences = text.match(/\u001b(?:\[[0-?]*[ -/]*[@-~]|O.)?|[^\u001b]/gu) ?? [];
  return sequences.flatMap((one) => keys[one] ?? []);
}
