import { mkdir, rm, writeFile } from 'node:fs/promises';
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
import { findFreePort } from '../support/free-port.ts';
import { Program } from './cli-program.ts';

/** Steps with a browser take their time on a loaded machine. */
const PIPELINE = { timeout: 240_000, interval: 250 };

const things = new AsyncDisposableStack();
let program: Program;
let server: Served;
let chromium: Chromium;
let page: Page;

beforeAll(async () => {
  program = things.use(await Program.open());
  await mkdir(program.dataDir, { recursive: true });
  const port = await findFreePort();
  await writeFile(join(program.dataDir, 'config.yaml'), `site_first_port: ${port}\n`);
  server = things.use(await Served.start(program));
  chromium = things.use(await Chromium.open());
  page = await chromium.person();
  await becomeAdmin(page, server);
});

afterAll(async () => {
  // The agents of sites stay for the next message.
  for (const name of ['Morning Loaf', 'Flea market']) await program.run(['session', 'stop', name]);
  await things.disposeAsync();
});

/** Nothing that axe knows to be wrong; and on a telephone nothing sticks out to the side. */
async function expectGood(name: string): Promise<void> {
  await chromium.keep(page, `sites-${name}`);
  expect(await axeProblems(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await chromium.keep(page, `sites-${name}-360`);
  expect(await overflowOf(page)).toBe(0);
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(faultsOf(page)).toEqual([]);
}

function steps(): Locator {
  return page.getByRole('region', { name: 'Steps' }).getByRole('listitem');
}

async function goToPart(name: string): Promise<void> {
  const parts = page.getByRole('navigation', { name: 'Parts of the site' });
  await parts.getByRole('link', { name }).click();
}

/** A state stands behind its sign. */
async function untilState(name: string): Promise<void> {
  await page
    .getByText(new RegExp(`^\\S${name}$`))
    .first()
    .waitFor();
}

/** The execution that is shown is through. */
async function untilDone(): Promise<void> {
  const isDone = async (): Promise<number> =>
    await steps()
      .filter({ hasText: /succeeded|skipped/ })
      .count();
  await expect.poll(isDone, PIPELINE).toBe(9);
}

test('the form keeps its draft, and says what a site would cost before it is made', async () => {
  await page.goto(`${server.url}/sites`);
  await page.getByText('There is no site yet.').waitFor();
  await expectGood('none');
  await page.getByRole('link', { name: 'New site' }).click();
  const make = page.getByRole('button', { name: /Make the site/ });
  expect(await make.getAttribute('aria-disabled')).toBe('true');
  await page.getByRole('button', { name: 'Bakery' }).click();
  await page.getByLabel('Name').fill('Morning Loaf');
  const estimate = page.getByRole('region', { name: 'Estimate' });
  await estimate.getByText('free', { exact: true }).waitFor();
  await page.reload();
  await expect.poll(async () => await page.getByLabel('Name').inputValue()).toBe('Morning Loaf');
  await expectGood('new');
});

test('a new site passes through its nine steps before one’s eyes', async () => {
  await page.getByLabel('Agent', { exact: true }).selectOption('demo');
  await page.getByRole('button', { name: /Make the site/ }).click();
  await page.getByRole('heading', { name: 'Morning Loaf' }).waitFor();
  await steps().filter({ hasText: 'running' }).first().waitFor();
  await chromium.keep(page, 'sites-running');
  await untilDone();
  await page.getByRole('button', { name: /End-to-end tests/ }).click();
  const details = page.getByRole('region', { name: 'End-to-end tests' });
  await details
    .getByText(/tests passed/)
    .first()
    .waitFor();
  await details.getByRole('link', { name: 'Open the report' }).waitFor();
  await expectGood('pipeline');
});

test('what a step left is drawn as what it is, and keys go from step to step', async () => {
  await page.getByRole('button', { name: /Create plan/ }).click();
  const plan = page.getByRole('region', { name: 'Create plan' });
  await plan.getByText(/publish dir/i).waitFor();
  await plan.getByRole('log', { name: 'Log of the step' }).waitFor();
  await expectGood('plan');
  expect(await plan.getByRole('button', { name: 'Rerun from here' }).count()).toBe(1);
  await page.getByRole('heading', { name: 'Morning Loaf' }).click();
  for (let count = 0; count < 4; count += 1) await page.keyboard.press('j');
  const picture = page.getByRole('region', { name: 'Screenshot', exact: true });
  await picture.getByRole('button', { name: 'Show large: desktop.png' }).click();
  const large = page.getByRole('dialog').getByRole('img', { name: 'desktop.png' });
  const widthOf = (image: HTMLElement): number => image.getBoundingClientRect().width;
  await expect.poll(async () => await large.evaluate(widthOf)).toBeGreaterThan(500);
  await chromium.keep(page, 'sites-screenshot-large');
  await page.keyboard.press('Escape');
  await expectGood('screenshot');
});

test('the site is seen beside the chat with its agent, on two screens', async () => {
  await goToPart('preview');
  const site = page.frameLocator('iframe');
  await site.getByRole('heading', { level: 1 }).waitFor();
  await expectGood('preview');
  const shown = page.getByRole('navigation', { name: 'What is shown' });
  await shown.getByRole('link', { name: 'mobile' }).click();
  await page.frameLocator('iframe[title$="mobile"]').getByRole('heading', { level: 1 }).waitFor();
  await expectGood('preview-mobile');
});

test('what the agent changed is seen line by line, and published with the next message', async () => {
  await page.getByLabel('Redeploy when done').uncheck();
  const field = page.getByLabel('Message to the agent');
  await field.fill('change the heading to "Fresh bread every day"');
  await field.press('Enter');
  const shown = page.getByRole('navigation', { name: 'What is shown' });
  await shown.getByRole('link', { name: /changes [1-9]/ }).click();
  const file = page.getByRole('region', { name: 'Changes of index.html' });
  await file
    .getByText(/\+.*Fresh bread every day/)
    .first()
    .waitFor();
  await expectGood('changes');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectGood('changes-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByLabel('Redeploy when done').check();
  await field.fill('make it dark');
  await field.press('Enter');
  await page.getByText('Nothing differs from what is live.').waitFor();
  await shown.getByRole('link', { name: 'desktop' }).click();
  await page.frameLocator('iframe').getByText('Fresh bread every day').first().waitFor();
  await goToPart('pipeline');
  await page.getByLabel('Execution').locator('option').nth(1).waitFor({ state: 'attached' });
  await untilDone();
  await expectGood('redeployed');
});

test('each release is kept with pictures, tests and report, and can be gone back to', async () => {
  await goToPart('releases');
  const releases = page.getByRole('list', { name: 'Releases' }).getByRole('listitem', {
    name: /^Release r/,
  });
  await expect.poll(async () => await releases.count()).toBe(2);
  await expect.poll(async () => await releases.first().innerText()).toContain('live');
  // The one that was live last stands first: after a rollback that is another one.
  const name = (await releases.nth(1).getAttribute('aria-label')) ?? '';
  const first = page.getByRole('listitem', { name });
  await first
    .getByText(/passed/)
    .first()
    .waitFor();
  await expectGood('releases');
  const popup = page.waitForEvent('popup');
  await first.getByRole('link', { name: 'Open the report' }).click();
  const report = await popup;
  await report
    .getByText(/passed/i)
    .first()
    .waitFor();
  await chromium.keep(report, 'sites-report');
  await report.close();
  await first.getByRole('button', { name: /^Roll back to/ }).click();
  const isLive = async (): Promise<string> => await first.innerText();
  await expect.poll(isLive, PIPELINE).toMatch(/live/);
  await goToPart('pipeline');
  await untilDone();
});

test('logs, cost and facts are there, and the session leads to its site', async () => {
  await goToPart('logs');
  await page.getByRole('log', { name: 'Logs of the site' }).waitFor();
  await expectGood('logs');
  await goToPart('about');
  await page.getByText('What was wanted').waitFor();
  await expectGood('about');
  await page.getByRole('link', { name: 'Session', exact: true }).click();
  await page.getByRole('link', { name: 'Site', exact: true }).click();
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder(/A page, a session, a site/).fill('site morning');
  await page
    .getByRole('option', { name: /Morning Loaf/ })
    .last()
    .click();
  await page.getByRole('region', { name: 'Steps' }).waitFor();
});

test('the list shows each site, by its state', async () => {
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  const list = page.getByRole('list', { name: 'Sites' });
  await list.getByText('local · static').waitFor();
  await expectGood('list');
  await page.getByRole('link', { name: 'Failed' }).click();
  await page.getByText('No site is failed.').waitFor();
  expect(new URL(page.url()).searchParams.get('status')).toBe('failed');
});

test('a site is destroyed only under its name', async () => {
  await page.getByRole('link', { name: 'Live', exact: true }).click();
  await page.getByRole('link', { name: 'Morning Loaf' }).click();
  await page.getByRole('button', { name: 'Destroy' }).click();
  const destroy = page.getByRole('button', { name: 'Destroy the site' });
  expect(await destroy.getAttribute('aria-disabled')).toBe('true');
  await page.getByLabel('Type the site’s name to destroy it').fill('Morning Loaf');
  await expectGood('destroy');
  await destroy.click();
  await untilState('destroyed');
  await expectGood('destroyed');
});

test('what was cancelled says so, and goes on from where it stood', async () => {
  await page.goto(`${server.url}/sites/new`);
  await page.getByLabel('What is wanted').fill('A page about a flea market');
  await page.getByLabel('Name').fill('Flea market');
  await page.getByLabel('Agent', { exact: true }).selectOption('demo');
  await page.getByRole('button', { name: /Make the site/ }).click();
  await page.getByRole('heading', { name: 'Flea market' }).waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await untilState('cancelled');
  await page.getByText(/was cancelled/).waitFor();
  await expectGood('cancelled');
  await page.getByRole('button', { name: 'Rerun from here' }).click();
  await untilDone();
  await page.getByRole('button', { name: 'Destroy' }).click();
  await page.getByLabel('Type the site’s name to destroy it').fill('Flea market');
  await page.getByRole('button', { name: 'Destroy the site' }).click();
  await untilState('destroyed');
});

test('a site that failed needs somebody until it is retried or destroyed', async () => {
  const roles = join(program.dataDir, 'roles');
  await mkdir(join(roles, 'agents'), { recursive: true });
  await writeFile(join(roles, 'agents', 'planner.md'), 'no front matter');
  await program.run(['site', 'create', '--detach', '--name', 'Broken', 'A page about bread']);
  await page.getByRole('link', { name: 'Needs you' }).click();
  const sites = page.getByRole('region', { name: 'Sites' });
  await sites.getByText('site.bad-role').waitFor();
  await expectGood('needs-you');

  await sites.getByRole('link', { name: 'Broken' }).click();
  await page.getByRole('heading', { name: 'Broken' }).waitFor();
  await rm(roles, { recursive: true });
  await program.run(['site', 'destroy', 'Broken', '--yes']);
  await page.getByRole('link', { name: 'Needs you' }).click();
  await page.getByText('Nothing needs you.').waitFor();
});

test('a site in a cloud is made only after its sum was confirmed', async () => {
  await page.goto(`${server.url}/sites/new`);
  await page.getByLabel('What is wanted').fill('A shop that keeps its orders.');
  await page.getByRole('radio', { name: 'AWS' }).check();
  await page.getByRole('radio', { name: 'Dynamic' }).check();
  await page.getByLabel('Machine', { exact: true }).waitFor();
  const agree = page.getByRole('checkbox', { name: /I agree that this costs about \$/ });
  await agree.waitFor();
  const make = page.getByRole('button', { name: /Make the site/ });
  expect(await make.getAttribute('title')).toBe('Confirm first what it costs.');
  await agree.check();
  await expect.poll(async () => await make.getAttribute('aria-disabled')).toBeNull();
  await expectGood('new-aws');
  await page.getByRole('radio', { name: 'Static' }).check();
  await page.getByRole('radio', { name: 'This machine' }).check();
  await expect.poll(async () => await page.getByLabel('Region').count()).toBe(0);
});
