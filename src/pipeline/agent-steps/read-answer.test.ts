import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readAnswer } from './read-answer.ts';

const schema = z.strictObject({ pages: z.array(z.strictObject({ path: z.string() })) });
const value = { pages: [{ path: '/' }] };
const json = JSON.stringify(value);

test.for([
  ['alone', json],
  ['with blanks around it', `\n ${json}\n`],
  ['in a fence', `Here it is:\n\n\`\`\`json\n${json}\n\`\`\`\nDone.`],
  ['in an indented fence with CRLF', `  \`\`\`JSON\r\n${json}\r\n  \`\`\`\r\n`],
  ['in a fence, with other fences around it', `\`\`\`\nx\n\`\`\`\n\`\`\`json\n${json}\n\`\`\`\n`],
])('reads an answer %s', ([, output = '']) => {
  expect(readAnswer(output, schema)).toEqual({ kind: 'good', value });
});

test('tells each thing that is wrong with its place', () => {
  const output = JSON.stringify({ pages: [{ path: '/' }, { path: 1 }], extra: true });

  expect(readAnswer(output, schema)).toEqual({
    kind: 'bad',
    issues: [
      { place: 'pages.1.path', message: expect.stringContaining('expected string') },
      { place: 'answer', message: expect.stringContaining('extra') },
    ],
  });
});

test.for([
  ['no JSON', 'I could not do it.', 'is no JSON'],
  ['two fences', '```json\n{}\n```\n```json\n{}\n```', '2 ```json fences'],
  ['too long', 'x'.repeat(600_000), '600000 characters'],
])('an answer that is %s is wrong as a whole', ([, output = '', message = '']) => {
  expect(readAnswer(output, schema)).toMatchObject({
    kind: 'bad',
    issues: [{ place: 'answer', message: expect.stringContaining(message) }],
  });
});

test('an agent may say that it is impossible, and why', () => {
  expect(readAnswer('{"impossible": " no "}', schema)).toEqual({
    kind: 'impossible',
    reason: 'no',
  });
});

test('never throws, whatever was written', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.string().map((one) => `\`\`\`json\n${one}\n\`\`\``),
  );
  fc.assert(fc.property(anything, (output) => void readAnswer(output, schema)));
});
