import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { axeProblems, becomeAdmin, Chromium, Served } from '../support/browser.ts';
import { Program } from './cli-program.ts';

const things = new AsyncDisposableStack();
let server: Served;
let chromium: Chromium;
let page: Page;

beforeAll(async () => {
  const program = things.use(await Program.open({ question: true }));
  server = things.use(await Served.start(program));
  chromium = things.use(await Chromium.open());
  page = await chromium.person();
  await becomeAdmin(page, server);
  await page.goto(`${server.url}/sessions?create=true`);
  await page.getByLabel('Name').fill('Colours');
  await page.getByLabel('Agent').selectOption('demo');
  await page.getByRole('button', { name: 'Make the session' }).click();
  await page.getByRole('heading', { name: 'Colours' }).waitFor();
});

afterAll(async () => {
  await things.disposeAsync();
});

async function send(text: string): Promise<void> {
  const field = page.getByLabel('Message to the agent');
  await field.fill(text);
  await field.press('Enter');
}

/** The card of what the agent asks about a message. */
function asking(title: string): Locator {
  return page.getByRole('article', { name: `${title} asks` });
}

test('what the agent asks is answered inside the conversation', async () => {
  await send('Paint the fence');
  const question = asking('Paint the fence');
  await question.waitFor();
  await chromium.keep(page, 'sessions-asking');
  expect(await axeProblems(page)).toEqual([]);
  await question.getByRole('button', { name: 'Explain' }).click();
  await question.getByRole('region', { name: 'Evidence' }).waitFor();
  await question.getByRole('button', { name: 'Blue' }).click();
  await page.getByText('Made by the built-in demo agent').waitFor();
  expect(await question.count()).toBe(0);
});

test('a message is interrupted, cancelled and tried again', async () => {
  await send('Paint the gate');
  const message = page.getByRole('article', { name: 'Message: Paint the gate' });
  await asking('Paint the gate').waitFor();
  await message.getByRole('button', { name: 'Interrupt' }).click();
  await asking('Paint the gate').waitFor({ state: 'detached' });
  await message.getByRole('button', { name: 'Cancel' }).click();
  const retry = message.getByRole('button', { name: 'Retry' });
  await retry.waitFor();
  await chromium.keep(page, 'sessions-cancelled');
  expect(await axeProblems(page)).toEqual([]);
  await retry.click();
  await asking('Paint the gate').waitFor();
  await page.getByRole('heading', { name: 'Colours' }).click();
  await page.keyboard.press('2');
  await message.getByText('Made by the built-in demo agent').waitFor();
});

test('the main agent is stopped, started and stopped again', async () => {
  const stop = page.getByRole('button', { name: 'Stop', exact: true });
  await stop.click();
  await page.getByText('not started').waitFor();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('healthy', { exact: true }).waitFor();
  await stop.click();
  await page.getByText('not started').waitFor();
});
