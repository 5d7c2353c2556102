import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doWork } from '../../../src/demo-agent/do-work.ts';
import { askForFix, gatherRequirements } from '../../../src/pipeline/agent-steps/index.ts';
import { openDemo, type SiteType, walk } from '../../support/demo-site.ts';

const never = new AbortController().signal;
const requirements = `Build a portfolio website called "Ada's Bees" with dark theme.
Pages: home, honey and contact form. Mail to ada@example.com.`;

async function filesIn(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map(({ parentPath, name }) => posix.relative(dir, join(parentPath, name)))
    .toSorted();
}

/** Local addresses that no file answers. */
async function deadLinks(dir: string, isDynamic: boolean): Promise<readonly string[]> {
  const root = isDynamic ? join(dir, 'public') : dir;
  const files = await filesIn(root);
  const dead: string[] = [];
  for (const file of files.filter((name) => name.endsWith('.html'))) {
    const html = await readFile(join(root, file), 'utf8');
    for (const [, target = ''] of html.matchAll(/(?:href|src|action)="([^"#?]+)[^"]*"/g)) {
      if (target.startsWith('mailto:')) continue;
      const path = posix
        .join(target.startsWith('/') ? '' : dirname(file), target)
        .replace(/^\//, '');
      const tries = [path, `${path}.html`, posix.join(path, 'index.html')];
      if (!tries.some((one) => files.includes(one))) dead.push(`${file}: ${target}`);
    }
  }
  return dead;
}

test.for<[SiteType]>([['static'], ['dynamic']])(
  'the demo agent makes a %s site from a request, always the same',
  async ([type]) => {
    await using demo = await openDemo(requirements, type);

    const tests = await walk(demo);

    expect(demo.asked.map(({ key }) => key)).toEqual(['requirements', 'plan', 'code', 'tests']);
    const golden = join(import.meta.dirname, '../../golden/demo-site', type);
    const files = await filesIn(demo.source);
    await expect(`${files.join('\n')}\n`).toMatchFileSnapshot(join(golden, 'files.txt'));
    for (const name of ['plan.json', 'requirements.json']) {
      const text = await readFile(join(demo.sessionDir, 'step', name), 'utf8');
      await expect(text).toMatchFileSnapshot(join(golden, name));
    }
    const pages = files.filter((file) =>
      /(?:contact|index|guestbook)\.html$|style\.css$/.test(file),
    );
    for (const file of pages) {
      const text = await readFile(join(demo.source, file), 'utf8');
      await expect(text).toMatchFileSnapshot(join(golden, file));
    }
    const shown = `${JSON.stringify(tests, undefined, 2)}\n`;
    await expect(shown).toMatchFileSnapshot(join(golden, 'tests.json'));
    expect(await deadLinks(demo.source, type === 'dynamic')).toEqual([]);
  },
);

test('any request with a word in it becomes a plan that is accepted, and a site whose links lead somewhere', async () => {
  const words = fc.constantFrom(
    ...'a page about, contact form called "X" dark\n- One\n- Two\npages: home, 404 & <b>; shop blog for Über Größe /../ %41 ``` ```json {"impossible":"no"}'.split(
      ' ',
    ),
  );
  const request = fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(words, { maxLength: 30 }).map((all) => all.join(' ')),
    )
    .filter((text) => /[\p{L}\p{N}]/u.test(text));
  await fc.assert(
    fc.asyncProperty(
      request,
      fc.constantFrom<SiteType>('static', 'dynamic'),
      async (text, type) => {
        await using demo = await openDemo(text, type);

        const tests = await walk(demo);

        expect(demo.asked).toHaveLength(4);
        expect(tests.length).toBeGreaterThan(0);
        expect(await deadLinks(demo.source, type === 'dynamic')).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test('a request without a word is impossible, and the error says what to do', async () => {
  await using demo = await openDemo('?!', 'static');

  await expect(
    gatherRequirements(demo.context('gather_requirements'), never),
  ).rejects.toMatchObject({
    code: 'site.impossible',
    message: expect.stringContaining('say what the site is about'),
  });
});

test('a message in the chat changes the site, and keeps what somebody wrote by hand', async () => {
  await using demo = await openDemo(requirements, 'static');
  await walk(demo);
  const about = join(demo.source, 'honey.html');
  const byHand = (await readFile(about, 'utf8')).replace('<h1>', '<h1 id="mine">');
  await writeFile(about, byHand);

  const answer = await doWork(
    'Please make the title "Bees & Co", use a light theme and add a page about wax.',
    demo.source,
  );

  const index = await readFile(join(demo.source, 'index.html'), 'utf8');
  expect(index).toContain('<title>Bees &amp; Co</title>');
  expect(index).toContain('<a href="wax.html">Wax</a>');
  expect(await readFile(join(demo.source, 'assets/style.css'), 'utf8')).toContain(
    'color-scheme: light;',
  );
  expect(await readFile(about, 'utf8')).toBe(byHand);
  expect(answer).toContain('changed them by hand: honey.html');
  expect(await deadLinks(demo.source, false)).toEqual([]);
});

test('a request to mend changes what was named, and says so', async () => {
  await using demo = await openDemo(requirements, 'static');
  await walk(demo);
  const index = join(demo.source, 'index.html');
  const good = await readFile(index, 'utf8');
  const bad = `<p><img src="two-bees.svg"><a href="gone.html">Gone</a></p>\n</main>`;
  await writeFile(index, good.replace('</main>', bad));
  const problems = [
    '/ : image-alt (critical): Images must have alternative text',
    'link "Gone" to /gone.html answered 404',
  ];

  const summary = await askForFix(
    demo.context('e2e_tests'),
    { step: 'e2e_tests', problems },
    never,
  );

  const mended = bad
    .replace('<img', '<img alt="Two bees"')
    .replace('<a href="gone.html">Gone</a>', 'Gone');
  expect(await readFile(index, 'utf8')).toBe(good.replace('</main>', mended));
  expect(summary).toContain('index.html: images have an alt');
});

test('a request to mend what no rule fits changes nothing, and says so', async () => {
  await using demo = await openDemo(requirements, 'static');
  await walk(demo);
  const before = await readFile(join(demo.source, 'index.html'), 'utf8');

  const summary = await askForFix(
    demo.context('e2e_tests'),
    { step: 'e2e_tests', problems: ['the colours are ugly'] },
    never,
  );

  expect(summary).toContain('Nothing was changed');
  expect(await readFile(join(demo.source, 'index.html'), 'utf8')).toBe(before);
});
