import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  axeProblems,
  becomeAdmin,
  Chromium,
  faultsOf,
  overflowOf,
  Served,
} from '../support/browser.ts';
import { Program } from './cli-program.ts';

let chromium: Chromium;

beforeAll(async () => {
  chromium = await Chromium.open();
});

afterAll(async () => {
  await chromium[Symbol.asyncDispose]();
});

/** Says back what is typed, and knows a paste by its marks. Ends after `quit`. */
const parrot = `#!/bin/bash
echo "type here"
while read -r line; do
  echo "you said: $line"
  [ "$line" = quit ] && break
done
echo done > "$1"
`;

/** Queue an agent that says back what is typed; gives the id of its terminal. */
async function addParrot(program: Program): Promise<string> {
  const path = join(program.dir, 'parrot.sh');
  await writeFile(path, parrot, { mode: 0o755 });
  const add = ['job', 'add', '--agent', 'command', 'The parrot', '--', path, '{output}'];
  const { stdout } = await program.run(add);
  return `${stdout.trim()}.1`;
}

/** What the browser draws: xterm does so by elements where there is no graphics card. */
function drawn(page: Page): Locator {
  return page.locator('.xterm-rows');
}

async function untilDrawn(page: Page, text: string): Promise<void> {
  await expect.poll(async () => await drawn(page).innerText()).toContain(text);
}

async function typeLine(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

test('an agent is found by its picture, typed into, and taken over by somebody else', async () => {
  await using program = await Program.open();
  await using server = await Served.start(program);
  const ada = await chromium.person();
  await becomeAdmin(ada, server);
  await addParrot(program);

  await ada.getByRole('link', { name: 'Agents', exact: true }).click();
  const card = ada.getByRole('link', { name: 'The parrot' });
  await expect.poll(async () => await card.locator('pre').innerText()).toContain('type here');
  await chromium.keep(ada, 'agents');
  expect(await axeProblems(ada)).toEqual([]);
  await card.click();
  await untilDrawn(ada, 'type here');
  await ada.keyboard.type('nobody hears this');
  await ada.getByRole('button', { name: 'Type here' }).click();
  await ada.getByText('You type').waitFor();
  await typeLine(ada, 'hello wörld ✓');
  await untilDrawn(ada, 'you said: hello wörld ✓');
  await chromium.keep(ada, 'terminal');
  expect(await axeProblems(ada)).toEqual([]);

  const other = await chromium.again(ada);
  await other.goto(ada.url());
  await untilDrawn(other, 'you said: hello wörld ✓');
  await ada.getByText('2 viewers').waitFor();
  await other.getByRole('button', { name: 'Take over from ada' }).click();
  await other.getByText('You type').waitFor();
  await ada.getByText('ada types').waitFor();
  await typeLine(other, 'quit');
  await other.getByText(/The terminal has ended/).waitFor();
  await ada.getByText(/The terminal has ended/).waitFor();

  expect(await drawn(ada).innerText()).not.toContain('nobody hears this');
  expect([...faultsOf(ada), ...faultsOf(other)]).toEqual([]);
});

test('a text of several lines is shown before it is pasted, and arrives as it is', async () => {
  await using program = await Program.open();
  await using server = await Served.start(program);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  const agentId = await addParrot(program);
  await page.goto(`${server.url}/agents/${agentId}`);
  await untilDrawn(page, 'type here');
  await page.getByRole('button', { name: 'Type here' }).click();
  await page.getByText('You type').waitFor();

  await pasteInto(page, 'first\nsecond\n');
  const dialog = page.getByRole('dialog', { name: 'Paste this?' });
  await dialog.getByText('It has 2 lines and ends with Enter.').waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Do not paste' }).click();
  await pasteInto(page, 'third\nfourth\n');
  await dialog.getByRole('button', { name: 'Paste', exact: true }).click();
  await untilDrawn(page, 'you said: fourth');

  expect(await drawn(page).innerText()).not.toContain('first');
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await overflowOf(page)).toBe(0);
  await page.getByRole('button', { name: 'Ctrl+C' }).click();
  await page.getByText(/The terminal has ended/).waitFor();
  await chromium.keep(page, 'terminal-phone');
});

test('a terminal goes on by itself after kill -9 of the server, and says so meanwhile', async () => {
  await using program = await Program.open();
  const first = await Served.start(program);
  const page = await chromium.person();
  await becomeAdmin(page, first);
  const agentId = await addParrot(program);
  await page.goto(`${first.url}/agents/${agentId}`);
  await page.getByRole('button', { name: 'Type here' }).click();
  await page.getByText('You type').waitFor();
  await typeLine(page, 'before');
  await untilDrawn(page, 'you said: before');

  await first.kill();
  await page.getByText('Not connected: what you see may be old').waitFor();
  await page.keyboard.type('lost');
  await chromium.keep(page, 'terminal-offline');
  await using _second = await Served.start(program, ['--port', String(first.port)]);
  await page.getByText('Read-only: nobody types').waitFor();
  await page.getByRole('button', { name: 'Type here' }).click();
  await page.getByText('You type').waitFor();
  await typeLine(page, 'after');
  await untilDrawn(page, 'you said: after');

  const text = await drawn(page).innerText();
  expect(text).toContain('you said: before');
  expect(text).not.toContain('lost');
  expect(faultsOf(page)).toEqual([]);
});

async function pasteInto(page: Page, text: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    const options = { clipboardData, bubbles: true, cancelable: true };
    element.dispatchEvent(new ClipboardEvent('paste', options));
  }, text);
}
