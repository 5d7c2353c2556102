import type { Page } from 'playwright-core';
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

const things = new AsyncDisposableStack();
let server: Served;
let chromium: Chromium;
let page: Page;

beforeAll(async () => {
  const program = things.use(await Program.open());
  server = things.use(await Served.start(program));
  chromium = things.use(await Chromium.open());
  page = await chromium.person();
  await becomeAdmin(page, server);
});

afterAll(async () => {
  await things.disposeAsync();
});

/** Nothing that axe knows to be wrong; and on a telephone nothing sticks out to the side. */
async function expectGood(name: string): Promise<void> {
  await chromium.keep(page, `sessions-${name}`);
  expect(await axeProblems(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await chromium.keep(page, `sessions-${name}-360`);
  expect(await overflowOf(page)).toBe(0);
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(faultsOf(page)).toEqual([]);
}

async function goToTab(name: string): Promise<void> {
  const tabs = page.getByRole('navigation', { name: 'Parts of the session' });
  await tabs.getByRole('link', { name }).click();
}

async function say(text: string): Promise<void> {
  const field = page.getByLabel('Message to the agent');
  await field.fill(text);
  await field.press('Enter');
  const message = page.getByRole('article', { name: text });
  await message.getByRole('link', { name: 'Details' }).waitFor();
  await expect.poll(async () => await message.getByRole('status').count()).toBe(0);
  await message.getByText('Made by the built-in demo agent').waitFor();
}

test('a session is made and talks with its agent, which answers in order', async () => {
  await page.goto(`${server.url}/sessions`);
  await page.getByText('There is no session yet.').waitFor();
  await page.getByRole('button', { name: 'New session' }).click();
  await page.getByLabel('Name').fill('Garden plan');
  await page.getByLabel('Agent').selectOption('demo');
  await page.getByRole('button', { name: 'Make the session' }).click();
  await page.getByRole('heading', { name: 'Garden plan' }).waitFor();
  await say('Name three herbs');
  await say('And three trees');
  const names = await page
    .getByRole('article')
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
  expect(names).toEqual(['Message: Name three herbs', 'Message: And three trees']);
  await expectGood('chat');
});

test('a draft is still there when the page is loaded again', async () => {
  const field = page.getByLabel('Message to the agent');
  await field.fill('Not sent yet');
  await field.press('Shift+Enter');
  await page.reload();
  await expect.poll(async () => await field.inputValue()).toBe('Not sent yet\n');
  await field.fill('');
});

test('an uploaded file can be seen, read and deleted', async () => {
  await goToTab('files');
  await page.getByLabel('Files to upload').setInputFiles({
    name: 'herbs.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('basil\nmint\n'),
  });
  await page.getByText('“herbs.txt” is uploaded.').waitFor();
  await page.getByRole('link', { name: 'uploads/' }).click();
  await page.getByRole('link', { name: 'herbs.txt', exact: true }).click();
  await page.getByRole('dialog').getByText('basil').waitFor();
  await page.keyboard.press('Escape');
  await expectGood('files');
  await page.getByRole('button', { name: 'Delete herbs.txt' }).click();
  await page.getByText('This directory is empty.').waitFor();
});

test('prompt and output of a job stand side by side', async () => {
  await goToTab('jobs');
  await page.getByRole('link', { name: /Name three herbs/ }).click();
  const prompt = page.getByRole('region', { name: 'Prompt', exact: true });
  await prompt.getByText('Name three herbs').waitFor();
  const output = page.getByRole('region', { name: 'Output', exact: true });
  await output.getByText('Made by the built-in demo agent').waitFor();
  await expectGood('session-jobs');
});

test('usage and settings of the session are there, and usage of all', async () => {
  await goToTab('usage');
  await page.getByText(/tokens,/).waitFor();
  await expectGood('usage');
  await goToTab('settings');
  await page.getByLabel('Tokens').fill('250,000');
  await page.getByRole('button', { name: 'Set the budget' }).click();
  await page.getByText('The budget is set.').waitFor();
  await expectGood('settings');
  await page.goto(`${server.url}/usage?by=session`);
  await page.getByText(/tokens,/).waitFor();
  await expectGood('usage-of-all');
});

test('a recording plays, and goes to a moment and to a marker', async () => {
  await page.goto(`${server.url}/recordings`);
  await expectGood('recordings');
  await page.getByRole('main').getByRole('listitem').getByRole('link').first().click();
  const moment = page.getByLabel('Moment of the recording');
  await moment.waitFor();
  const start = Number(await moment.inputValue());
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect.poll(async () => Number(await moment.inputValue())).toBeGreaterThan(start);
  await moment.focus();
  await moment.press('End');
  const end = Number(await moment.getAttribute('max'));
  expect(Number(await moment.inputValue())).toBe(end);
  const screen = page.getByTestId('screen').locator('.xterm-rows');
  await expect.poll(async () => (await screen.innerText()).trim()).not.toBe('');
  await page.getByRole('button', { name: /prompt delivered/ }).click();
  await expect.poll(async () => Number(await moment.inputValue())).toBeLessThan(end);
  await expectGood('recording');
});

test('a viewer who was invited sees the session and cannot act in it', async () => {
  await page.goto(`${server.url}/users`);
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await page.getByLabel('Name').fill('vera');
  await page.getByLabel('Role', { exact: true }).selectOption('viewer');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const link = await page.getByLabel('One-time link').inputValue();
  await page.keyboard.press('Escape');
  await expectGood('users');
  await page.goto(`${server.url}/sessions`);
  await page.getByRole('link', { name: 'Garden plan' }).click();
  await goToTab('members');
  await page.getByLabel('User', { exact: true }).selectOption({ label: 'vera' });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('vera may now see this session.').waitFor();
  await expectGood('members');

  const other = await chromium.person();
  await other.goto(link);
  await other.getByLabel('New password').fill('another long password');
  await other.getByRole('button', { name: 'Set the password' }).click();
  await other.getByRole('heading', { name: 'Needs you' }).waitFor();
  await other.goto(`${server.url}/sessions`);
  await other.getByRole('link', { name: 'Garden plan' }).click();
  await other.getByRole('article', { name: /Name three herbs/ }).waitFor();
  const send = other.getByRole('button', { name: 'Send' });
  expect(await send.getAttribute('aria-disabled')).toBe('true');
  expect(await send.getAttribute('title')).toContain('your role is viewer');
  expect(await other.getByRole('link', { name: 'Audit' }).count()).toBe(0);
  await chromium.keep(other, 'viewer');
  await other.close();
});

test('the audit log names what was done, and is whole', async () => {
  const again = await chromium.person();
  await again.goto(`${server.url}/login`);
  await again.getByLabel('Name').fill('vera');
  await again.getByLabel('Password').fill('another long password');
  await again.getByRole('button', { name: 'Log in' }).click();
  await again.getByRole('heading', { name: 'Needs you' }).waitFor();
  await again.close();
  await page.goto(`${server.url}/audit`);
  await page.getByLabel('Action').fill('login.succeeded');
  await expect.poll(() => new URL(page.url()).searchParams.get('action')).toBe('login.succeeded');
  const entries = page.getByRole('region', { name: 'Entries' }).getByRole('listitem');
  await expect.poll(async () => await entries.count()).toBe(1);
  expect(await entries.innerText()).toContain('vera');
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText(/Whole: \d+ entries are as they were written/).waitFor();
  await expectGood('audit');
});

test('the account shows where one is logged in and makes a token once', async () => {
  await page.goto(`${server.url}/account`);
  await page.getByText('(here)').waitFor();
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByLabel('Name').fill('nightly');
  await page.getByRole('button', { name: 'Make the token' }).click();
  expect(await page.getByLabel('Token', { exact: true }).inputValue()).not.toBe('');
  await page.keyboard.press('Escape');
  await expectGood('account');
  await page.getByRole('button', { name: 'Revoke nightly' }).click();
  await page.getByText('You have none.').waitFor();
});

test('the menu leads to where the password is changed', async () => {
  await page.goto(`${server.url}/sessions`);
  await page.getByRole('button', { name: 'Account: ada, admin' }).click();
  await page.getByRole('menuitem', { name: /Password/ }).click();
  await page.getByLabel('Password now').fill('not this one');
  await page.getByLabel('New password').fill('another long password');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password now').fill('correct horse battery');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('The password is changed; other logins ended.').waitFor();
});

test('an archived session is deleted only under its name', async () => {
  await page.goto(`${server.url}/sessions`);
  await expectGood('sessions');
  await page.getByRole('button', { name: 'Archive Garden plan' }).click();
  await page.getByText('There is no session yet.').waitFor();
  await page.getByRole('link', { name: 'Archived' }).click();
  await page.getByRole('button', { name: 'Delete Garden plan' }).click();
  const forGood = page.getByRole('button', { name: 'Delete for good' });
  expect(await forGood.isDisabled()).toBe(true);
  await page.getByLabel('Type the session’s name to delete it').fill('Garden plan');
  await forGood.click();
  await page.getByText('No session is archived.').waitFor();
});
