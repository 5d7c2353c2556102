import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobView } from '../../src/contract/index.ts';
import { becomeAdmin, Chromium, faultsOf, Served } from '../support/browser.ts';
import { Program } from './cli-program.ts';

let chromium: Chromium;

beforeAll(async () => {
  chromium = await Chromium.open();
});

afterAll(async () => {
  await chromium[Symbol.asyncDispose]();
});

async function add(program: Program, prompt: string): Promise<void> {
  await program.json(jobView, ['job', 'add', '--agent', 'demo', prompt]);
}

function row(page: Page, title: string) {
  return page.getByRole('link', { name: title });
}

async function until(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor();
}

test('a server that is killed is missed, nothing can be done, and all is well when it is back', async () => {
  await using program = await Program.open({ hang: true });
  const server = await Served.start(program, ['--no-worker']);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  await add(program, 'Before');
  await page.goto(`${server.url}/jobs`);
  await row(page, 'Before').waitFor();
  await page.getByLabel('Select Before').check();
  await until(page, 'Connected');
  await server.kill();

  await until(page, 'Reconnecting for');
  await until(page, 'last news');
  await chromium.keep(page, 'reconnecting');
  expect(await page.getByRole('button', { name: 'Cancel jobs' }).isDisabled()).toBe(true);
  await add(program, 'Meanwhile');
  await using _again = await Served.start(program, ['--no-worker', '--port', String(server.port)]);
  await row(page, 'Meanwhile').waitFor();

  await page.getByText('Reconnecting for').waitFor({ state: 'detached' });
  expect(await page.getByRole('button', { name: 'Cancel jobs' }).isEnabled()).toBe(true);
});

test('a page that is opened while the server is away comes when it is back, and nothing is lost', async () => {
  await using program = await Program.open();
  const server = await Served.start(program, ['--no-worker']);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  await add(program, 'Before');
  await page.goto(`${server.url}/jobs`);
  await row(page, 'Before').waitFor();
  // One that never was connected is still connecting.
  await until(page, 'Connected');
  await server.kill();

  await until(page, 'Reconnecting for');
  await page.getByRole('link', { name: 'Users' }).click();
  await until(page, 'This opens when it is back');
  await page.getByRole('button', { name: 'Try now' }).click();
  expect(await row(page, 'Before').isVisible()).toBe(true);

  await using _again = await Served.start(program, ['--no-worker', '--port', String(server.port)]);
  await page.getByRole('heading', { name: 'Users' }).waitFor();
  expect(faultsOf(page)).toEqual([]);
});

test('a form and a choice rest while the server is away, and then show what was missed', async () => {
  await using program = await Program.open();
  const server = await Served.start(program, ['--no-worker']);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  await program.run(['user', 'add', 'bob']);
  await page.goto(`${server.url}/users`);
  const role = page.getByLabel('Role of bob');
  await role.waitFor();
  await until(page, 'Connected');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('wanda');
  await server.kill();

  const invite = dialog.getByRole('button', { name: 'Invite', exact: true });
  await expect.poll(async () => await invite.getAttribute('title')).toContain('No connection');
  await dialog.getByLabel('Name').press('Enter');
  await invite.click({ force: true });
  expect(await dialog.getByRole('alert').count()).toBe(0);
  await page.keyboard.press('Escape');
  expect(await role.isDisabled()).toBe(true);
  await program.run(['user', 'add', 'vera']);
  await using _again = await Served.start(program, ['--no-worker', '--port', String(server.port)]);
  await page.getByLabel('Role of vera').waitFor();
  expect(await role.isEnabled()).toBe(true);
});

test('a message whose reply is lost stays written, and sent again it is there once', async () => {
  await using program = await Program.open();
  await using server = await Served.start(program);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  await page.goto(`${server.url}/sessions?create=true`);
  await page.getByLabel('Name').fill('Garden');
  await page.getByLabel('Agent').selectOption('demo');
  await page.getByRole('button', { name: 'Make the session' }).click();
  const field = page.getByLabel('Message to the agent');
  const message = page.getByRole('article', { name: 'Name three herbs' });
  await page.route(
    '**/api/sessions/*/chat',
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
  await field.fill('Name three herbs');
  await field.press('Enter');

  await until(page, 'The server cannot be reached.');
  expect(await field.inputValue()).toBe('Name three herbs');
  await page.reload();
  await message.waitFor();
  expect(await field.inputValue()).toBe('Name three herbs');
  await field.press('Enter');

  await expect.poll(async () => await field.inputValue()).toBe('');
  await message.getByText('Made by the built-in demo agent').waitFor();
  expect(await message.count()).toBe(1);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await until(page, 'not started');
});
