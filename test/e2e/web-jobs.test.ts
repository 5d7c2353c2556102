import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { jobView } from '../../src/contract/index.ts';
import {
  axeProblems,
  becomeAdmin,
  Chromium,
  faultsOf,
  overflowOf,
  Served,
} from '../support/browser.ts';
import { Program } from './cli-program.ts';
import { addMany } from './web-jobs-add-many.ts';

let chromium: Chromium;

beforeAll(async () => {
  chromium = await Chromium.open();
});

afterAll(async () => {
  await chromium[Symbol.asyncDispose]();
});

const jobList = z.object({ items: z.array(jobView), next: z.string().nullable() });

async function add(program: Program, ...prompts: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const prompt of prompts) {
    const job = await program.json(jobView, ['job', 'add', '--agent', 'demo', prompt]);
    ids.push(job.job_id);
  }
  return ids;
}

async function statuses(program: Program): Promise<Readonly<Record<string, string>>> {
  const { items } = await program.json(jobList, ['job', 'list', '--all']);
  return Object.fromEntries(items.map(({ title, status }) => [title, status]));
}

function row(page: Page, title: string) {
  return page.getByRole('link', { name: title });
}

async function until(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor();
}

test('a first admin queues a job, answers its agent where it asks, and reads what it wrote', async () => {
  await using program = await Program.open({ permission: true, question: true });
  await using server = await Served.start(program);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  await until(page, 'Nothing needs you.');

  await page.keyboard.press('c');
  await page.getByLabel('Prompt').fill('Describe the colours');
  await page.getByLabel('Agent').selectOption('demo');
  await chromium.keep(page, 'new-job');
  await page.getByRole('button', { name: 'Queue' }).click();
  await page.getByRole('heading', { name: 'Describe the colours' }).waitFor();

  await page.keyboard.press('g');
  await page.keyboard.press('n');
  const card = page.getByRole('article', { name: 'Describe the colours asks' });
  await card.getByRole('button', { name: 'Allow' }).waitFor();
  await expect.poll(async () => await card.locator('pre').textContent()).toMatch(/Write .*\//);
  await chromium.keep(page, 'needs-you');
  await card.getByRole('button', { name: 'Explain' }).click();
  await card.getByRole('region', { name: 'Evidence' }).waitFor();
  await page.keyboard.press('y');
  await card.getByRole('button', { name: 'Blue' }).waitFor();
  await page.keyboard.press('2');
  await until(page, 'Nothing needs you.');

  await page.keyboard.press('g');
  await page.keyboard.press('j');
  await page.getByRole('heading', { name: 'Jobs', exact: true }).waitFor();
  await row(page, 'Describe the colours').waitFor();
  const isFocused = async (): Promise<boolean> => {
    await page.keyboard.press('j');
    return await row(page, 'Describe the colours').evaluate(
      (one) => one === document.activeElement,
    );
  };
  await expect.poll(isFocused).toBe(true);
  await page.keyboard.press('Enter');
  await until(page, 'The colour is Blue.');
  await page.getByRole('region', { name: 'Attempts' }).getByText('succeeded').waitFor();
  await chromium.keep(page, 'job');
  expect(faultsOf(page)).toEqual([]);
});

test('somebody who is slower learns that another one answered', async () => {
  await using program = await Program.open({ permission: true });
  await using server = await Served.start(program);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  const [id = ''] = await add(program, 'Ask me');
  const allow = page.getByRole('button', { name: 'Allow' });
  await allow.waitFor();

  // Its events are held back, so the page does not know of the answer yet.
  await page.route('**/api/needs-you', async (route) => await route.abort());
  await program.run(['job', 'answer', id, 'deny']);
  await allow.click();

  await until(page, 'was answered by someone else');
  await page.unroute('**/api/needs-you');
});

test('a failed job tells why, and is tried again or dismissed with a way back', async () => {
  await using program = await Program.open({ output: 'none' });
  await using server = await Served.start(program);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  await program.run(['run', '--agent', 'demo', '--attempts', '1', 'Fail once']);
  const failed = page.getByRole('region', { name: 'Failed jobs' });
  await failed.getByRole('link', { name: 'Fail once' }).waitFor();
  await chromium.keep(page, 'failed');

  await failed.getByRole('button', { name: 'Dismiss' }).click();
  await until(page, 'Nothing needs you.');
  await page.getByRole('button', { name: 'Undo' }).click();
  await failed.getByRole('link', { name: 'Fail once' }).waitFor();
  await failed.getByRole('button', { name: 'Retry' }).click();

  await until(page, '1 job queued again');
  await expect.poll(async () => (await statuses(program))['Fail once']).not.toBe('failed');
});

test('filters stand in the address, survive a reload, and choose what is cancelled', async () => {
  await using program = await Program.open({ hang: true });
  await using server = await Served.start(program, ['--concurrency', '1']);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  await add(program, 'Apple one', 'Apple two', 'Pear three', 'Pear four');
  await page.goto(`${server.url}/jobs`);
  await row(page, 'Pear four').waitFor();

  await page.keyboard.press('/');
  await page.keyboard.type('Pear ');
  await row(page, 'Apple two').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'queued' }).click();
  await expect.poll(() => page.url()).toMatch(/text=Pear(?:&|$)/);
  // The next word may come behind the space, though none is looked for.
  expect(await page.getByRole('searchbox', { name: 'Words' }).inputValue()).toBe('Pear ');
  await expect.poll(() => page.url()).toMatch(/status=.*queued/);
  await page.reload();
  await row(page, 'Pear four').waitFor();
  expect(await row(page, 'Apple two').count()).toBe(0);
  expect(await page.getByRole('searchbox', { name: 'Words' }).inputValue()).toBe('Pear');

  await page.getByLabel('Select Pear four').check();
  await page.getByLabel('Select Pear three').click({ modifiers: ['Shift'] });
  await until(page, '2 jobs selected');
  await chromium.keep(page, 'jobs-selected');
  await page.getByRole('button', { name: 'Cancel jobs' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel jobs' }).click();
  await until(page, '2 jobs cancelled');

  await expect
    .poll(async () => await statuses(program))
    .toMatchObject({ 'Pear three': 'cancelled', 'Pear four': 'cancelled', 'Apple two': 'queued' });
});

test('all that the filter fits is cancelled at once, whether it is loaded or not', async () => {
  await using program = await Program.open();
  await using server = await Served.start(program, ['--no-worker']);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  await add(program, 'Plum one', 'Plum two', 'Plum three', 'Cherry');
  await page.goto(`${server.url}/jobs?text=Plum`);
  await page.getByLabel('Select Plum two').check();
  await page.getByRole('button', { name: 'Select all 3' }).click();
  await until(page, 'All 3 jobs that the filter fits');
  await page.getByRole('button', { name: 'Cancel jobs' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel jobs' }).click();

  await until(page, '3 jobs cancelled');
  const all = await statuses(program);
  expect(all).toEqual({
    'Plum one': 'cancelled',
    'Plum two': 'cancelled',
    'Plum three': 'cancelled',
    Cherry: 'queued',
  });
});

test('the palette finds a job by its words, a page by its name, and does things', async () => {
  await using program = await Program.open({ hang: true });
  await using server = await Served.start(program, ['--no-worker']);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  await add(program, 'Water the plants', 'Feed the cat');
  const words = page.getByPlaceholder('A page, a session');

  await page.keyboard.press('Control+k');
  await words.fill('cat');
  await page.getByRole('option', { name: 'Feed the cat' }).waitFor();
  await chromium.keep(page, 'palette');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Feed the cat' }).waitFor();
  await page.keyboard.press('Control+k');
  await words.fill('theme dark');
  await page.keyboard.press('Enter');
  await expect
    .poll(async () => await page.evaluate(() => document.documentElement.className))
    .toContain('dark');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await words.fill('log out');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
});

test('a draft outlives the page, and no key fires while it is typed', async () => {
  await using program = await Program.open();
  await using server = await Served.start(program, ['--no-worker']);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  await page.keyboard.press('c');
  await page.getByLabel('Prompt').pressSequentially('g j c ? x');
  await page.reload();
  await page.getByRole('heading', { name: 'Needs you' }).waitFor();
  await page.keyboard.press('c');
  expect(await page.getByLabel('Prompt').inputValue()).toBe('g j c ? x');
});

test('after a gap everything is read again, and that is said', async () => {
  await using program = await Program.open();
  await using server = await Served.start(program, ['--no-worker']);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  const gap = 'id: 0\nevent: gap\ndata: {"from":0,"to":0}\n\n';
  await page.route(
    '**/api/events*',
    async (route) => await route.fulfill({ contentType: 'text/event-stream', body: gap }),
    { times: 1 },
  );
  await page.reload();
  await until(page, 'Resynced');
});

test('the first page needs at most 250 KB of program, packed', async () => {
  await using program = await Program.open();
  await using server = await Served.start(program, ['--no-worker']);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  const scripts = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) scripts.set(response.url(), response.body());
  });
  await page.reload();
  await until(page, 'Nothing needs you.');
  await until(page, 'Connected');
  const sizes = (await Promise.all(scripts.values())).map((body) => gzipSync(body).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(sizes.length).toBeGreaterThan(1);
  expect(total).toBeLessThanOrEqual(250_000);
});

test('axe finds nothing, light or dark, and nothing is wider than a phone', async () => {
  await using program = await Program.open({ permission: true, output: 'none' });
  await using server = await Served.start(program);
  const first = await chromium.person();
  await becomeAdmin(first, server);
  const options = ['--agent', 'demo', '--attempts', '1', '--permission', 'allow'];
  await program.run(['run', ...options, 'A job that fails, whose title is rather long as well']);
  const [id = ''] = await add(
    program,
    'A job whose title is rather long, so that it has to be cut',
  );
  await first.getByRole('button', { name: 'Allow' }).waitFor();
  await first.getByRole('region', { name: 'Failed jobs' }).getByRole('listitem').waitFor();
  const found: Record<string, readonly string[] | number> = {};
  for (const colours of ['light', 'dark'] as const) {
    await first.emulateMedia({ colorScheme: colours });
    for (const width of [1280, 360]) {
      await first.setViewportSize({ width, height: 740 });
      for (const path of ['/', '/jobs', '/jobs?status=["failed"]', `/jobs/${id}`]) {
        const name = `${path} ${colours} ${width}`;
        await first.goto(`${server.url}${path}`);
        await first.getByText('Connected').waitFor();
        await expect.poll(async () => await first.getByText('Reading…').count()).toBe(0);
        if (path.includes('failed')) await row(first, 'A job that fails').waitFor();
        found[name] = await axeProblems(first);
        if ((await overflowOf(first)) > 0) found[`${name} too wide`] = await overflowOf(first);
        await chromium.keep(first, name.replaceAll(/\W+/g, '-'));
      }
      for (const [key, dialog] of [
        ['c', 'New job'],
        ['?', 'Keys'],
        ['Control+k', 'Search and do'],
      ]) {
        await first.keyboard.press(key ?? '');
        await first.getByRole('dialog', { name: dialog ?? '' }).waitFor();
        found[`${dialog} ${colours} ${width}`] = await axeProblems(first);
        await chromium.keep(first, `${dialog}-${colours}-${width}`.replaceAll(' ', '-'));
        await first.keyboard.press('Escape');
        await first.getByRole('dialog').waitFor({ state: 'detached' });
      }
    }
  }
  expect(
    Object.entries(found).filter(([, problems]) => problems !== 0 && String(problems) !== ''),
  ).toEqual([]);
  expect(faultsOf(first)).toEqual([]);
});

test('ten thousand jobs scroll from top to bottom with rows everywhere, and keep their place', async () => {
  await using program = await Program.open();
  await addMany(program, 10_000);
  await using server = await Served.start(program, ['--no-worker']);
  const page = await chromium.person();
  await becomeAdmin(page, server);
  await page.goto(`${server.url}/jobs`);
  await row(page, 'Job 10000').waitFor();
  await page.getByRole('button', { name: 'All 10,001' }).waitFor();
  const list = page.getByTestId('jobs');

  const holes = await list.evaluate(async (box) => {
    const empty: number[] = [];
    const isFull = (): boolean => {
      const { top, bottom } = box.getBoundingClientRect();
      const at = [top + 20, (top + bottom) / 2, bottom - 20];
      return at.every((y) =>
        document.elementsFromPoint(box.clientWidth / 2, y).some((one) => one.closest('[data-job]')),
      );
    };
    const frame = async (): Promise<unknown> =>
      await new Promise((resolve) => requestAnimationFrame(resolve));
    while (box.scrollTop + box.clientHeight < box.scrollHeight - 2) {
      box.scrollTop += box.clientHeight;
      let frames = 0;
      while (!isFull() && frames < 600) {
        await frame();
        frames += 1;
      }
      if (!isFull()) empty.push(box.scrollTop);
    }
    return empty;
  });
  expect(holes).toEqual([]);
  await row(page, 'cancelled Job 1 demo').waitFor();
  const rows = await list.getByRole('listitem').count();
  expect(rows).toBeLessThan(100);

  await add(program, 'Brand new');
  await page.getByRole('button', { name: '1 new' }).waitFor();
  await row(page, 'cancelled Job 1 demo').waitFor();
  await chromium.keep(page, 'jobs-10000');
  await page.getByRole('button', { name: '1 new' }).click();
  await row(page, 'Brand new').waitFor();
});
