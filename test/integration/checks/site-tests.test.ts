import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { runSiteTests, type SiteTest, type TestReport } from '../../../src/checks/index.ts';
import { findLeftovers } from '../../../tools/leftovers.ts';
import { circle, html, leftOfChecks, openSite, work } from './small-site.ts';

const sources = fileURLToPath(new URL('../../../src', import.meta.url));
const never = new AbortController().signal;

async function newDir(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'tests-'));
}

function problemOf(report: TestReport, name: string): string {
  return report.results.find((one) => one.name === name)?.problem ?? '';
}

const goodSite = {
  '/': html({
    title: 'Bakery',
    head: '<link rel="stylesheet" href="/site.css"><script src="/site.js"></script>',
    body: `<img src="/logo.svg" alt="A loaf"> <a href="/about.html#team">About us</a>
      <form action="/thanks" aria-label="Order">
        <label>Name <input name="name" required></label>
        <label>E-mail <input name="mail" type="email" required></label>
        <label>Bread <select name="bread" required><option value="">?</option><option>Rye</option></select></label>
        <label><input type="checkbox" name="fresh"> Fresh</label>
        <button>Order</button></form>
      <p><a href="/prices.zip">Prices</a> <a href="mailto:a@example.com">Mail</a></p>`,
  }),
  '/about.html': html({ title: 'About', body: '<h2 id="team">Team</h2><a href="/">Home</a>' }),
  '/thanks': html({ title: 'Thank you', body: '<p>We bake your <b>bread</b>.</p>' }),
  '/site.css': 'main { max-width: 40rem }',
  '/site.js': 'console.log("fine")',
  '/logo.svg': circle,
  '/prices.zip': 'PK',
};

const goodTests: readonly SiteTest[] = [
  {
    name: 'A visitor orders bread',
    steps: [
      { do: 'visit', path: '/' },
      { do: 'see-title', text: 'bakery' },
      { do: 'fill', label: 'Name', value: 'Ada' },
      { do: 'fill', label: 'E-mail', value: 'ada@example.com' },
      { do: 'fill', label: 'Bread', value: 'Rye' },
      { do: 'fill', label: 'Fresh', value: 'yes' },
      { do: 'click', role: 'button', name: 'Order' },
      { do: 'see', text: 'we bake your bread' },
    ],
  },
  {
    name: 'A visitor finds the team',
    steps: [
      { do: 'click', role: 'link', name: 'About' },
      { do: 'be-at', path: '/about.html#team' },
      { do: 'see-heading', text: 'Team' },
      { do: 'click', role: 'link', name: 'Home' },
      { do: 'be-at', path: '/index.html' },
    ],
  },
];

describe('a good site', () => {
  let report: TestReport;
  let dir: string;

  beforeAll(async () => {
    await using site = await openSite(goodSite);
    dir = await newDir();
    report = await runSiteTests({ ...work(site.url, dir), tests: goodTests }, never);
  });

  test('passes every test, those of the program first', () => {
    expect(report.results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(report.results.map(({ source }) => source)).toEqual([
      ...Array<string>(9).fill('built-in'),
      'plan',
      'plan',
    ]);
  });

  test('has a report of one file, and leaves nothing else', async () => {
    expect(await readdir(join(dir, 'report'))).toEqual(['index.html']);
    expect(await readdir(dir)).toEqual(['report']);
    expect(await leftOfChecks()).toEqual([]);
  });
});

describe('a site with a fault on each page', () => {
  let report: TestReport;
  let dir: string;

  beforeAll(async () => {
    const page = (title: string, body: string, head = ''): string => html({ title, body, head });
    const pages = {
      // Before the others: axe looks at the first ten pages.
      '/contrast': page('Contrast', '<p class="pale" style="color:#ccc;background:#fff">Pale</p>'),
      '/alt': page('Alt', '<img src="/logo.svg">'),
      '/gone-link': page('Links', '<a href="/nowhere">Nowhere</a><a href="/#nothing">Part</a>'),
      '/image': page('Image', '<img src="/missing.png" alt="x"><img src="/site.js" alt="y">'),
      '/style': page('Style', '', '<link rel="stylesheet" href="/missing.css">'),
      '/throws': page('Throws', '<script>console.error("bad wolf"); null.x</script>'),
      '/asks': page('Asks', '<script>fetch("/api/missing")</script>'),
      '/alert': page('Alert', '<script>alert("Welcome!")</script>'),
      '/label': page('Label', '<form><input name="q" placeholder="Search"></form>'),
      '/novalidate': page(
        'Novalidate',
        '<form novalidate action="/throws"><label>A<input required></label></form>',
      ),
      '/post': page(
        'Post',
        '<form method="post" action="/refuse" aria-label="Contact"><label>A<input required name="a"></label></form>',
      ),
      '/wide': page('Wide', '<div id="banner" style="width:900px">Wide</div>'),
      '/bare': '<h1>Bare</h1>',
      '/endless': page('Endless', '<script>onload = () => { for (;;); }</script>'),
      '/slow': page('Slow', '<img src="/never.svg" alt="z">'),
      '/huge': page('Huge', '<p>Text of it</p>'.repeat(20_000)),
      '/download': 'PK',
    };
    const links = Object.keys(pages).map((path) => `<li><a href="${path}">${path}</a>`);
    await using site = await openSite({
      ...pages,
      '/': html({ title: 'Start', body: `<ul>${links.join('')}</ul>` }),
      '/download': (_request, response) => {
        response.writeHead(200, { 'content-disposition': 'attachment; filename=a.html' });
        response.end('PK');
      },
      '/refuse': (_request, response) => response.writeHead(405).end('no'),
      '/never.svg': () => {},
      '/site.js': '1',
      '/logo.svg': circle,
    });
    dir = await newDir();
    const steps = [{ do: 'see-heading', text: 'Prices' }] as const;
    const tests: readonly SiteTest[] = [
      { name: 'Prices are there', steps },
      {
        name: 'The title is right',
        steps: [
          { do: 'visit', path: '/image' },
          { do: 'see-title', text: 'Bakery' },
        ],
      },
      { name: 'There is a shop', steps: [{ do: 'click', role: 'link', name: 'Shop' }] },
      { name: 'There is a page', steps: [{ do: 'visit', path: '/nowhere' }] },
      {
        name: 'A link leads there',
        steps: [
          { do: 'click', role: 'link', name: '/image' },
          { do: 'be-at', path: '/style' },
        ],
      },
      { name: 'It asks for the name', steps: [{ do: 'fill', label: 'Name', value: 'Ada' }] },
      { name: 'A script ends', steps: [{ do: 'visit', path: '/endless' }, ...steps] },
    ];
    report = await runSiteTests({ ...work(site.url, dir), tests }, never);
  }, 240_000);

  test.for<readonly [string, string]>([
    ['Every page opens', '/endless: The scripts of the page keep it busy'],
    ['Every page opens', '/slow: did not finish loading within 15 s'],
    ['Links lead somewhere', '/gone-link: the link "Nowhere" to /nowhere: answered 404'],
    ['Links lead somewhere', '/gone-link: the link "Part" to /#nothing: nothing on that page has'],
    ['Images, scripts and styles load', '/image: image /missing.png answered 404'],
    ['Images, scripts and styles load', '/image: image /site.js cannot be shown'],
    ['Images, scripts and styles load', '/style: stylesheet /missing.css answered 404'],
    ['No script fails', '/throws: console: bad wolf'],
    ['No script fails', "/throws: error: Cannot read properties of null (reading 'x')"],
    ['No script fails', '/asks: fetch /api/missing answered 404'],
    ['No script fails', '/alert: alert() stops the visitor: Welcome!'],
    ['Form fields have labels', '/label: <input name="q" placeholder="Search"> has no label'],
    ['Forms can be sent', '/novalidate: The form /throws is sent although a required field'],
    ['Forms can be sent', '/post: The form Contact, filled and sent: answered 405'],
    ['Nothing keeps people out (axe)', '/contrast: color-contrast (serious): '],
    ['Nothing keeps people out (axe)', '/alt: image-alt (critical): '],
    ['Pages fit a phone', '/bare: phones show it small'],
    ['Pages fit a phone', '/wide: is 9'],
    ['Pages fit a phone', '<div#banner> ends at 9'],
    ['Pages have title, language and description', '/bare: has no <title>'],
    ['Pages have title, language and description', '/bare: <html> has no lang'],
    [
      'Prices are there',
      'Step 1 (see-heading Prices): there is no heading "Prices" at /. There is: "Start"',
    ],
    ['The title is right', 'the title at /image is "Image", without "Bakery"'],
    ['There is a shop', 'there is no link "Shop" at /. There is: "/contrast", "/alt"'],
    ['There is a page', '/nowhere answered 404'],
    ['A link leads there', 'we are at /image and not at /style'],
    ['It asks for the name', 'there is no field with the label "Name" at /. There is nothing'],
    ['A script ends', 'Step 1 (visit /endless): '],
  ])('%s: %s', ([name, text]) => {
    expect(problemOf(report, name)).toContain(text);
  });

  test('is blamed for nothing else', () => {
    const all = report.results.map(({ problem }) => problem ?? '').join('\n');

    expect(all).not.toMatch(/favicon|\/(download|huge):/);
  });

  test('has a report that names nothing of this machine, and no colours', async () => {
    const text = unzip(await readFile(report.reportPath, 'utf8'));

    expect(text).toContain('bad wolf');
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain(tmpdir());
    expect(text).not.toContain('\\u001b');
    expect(await leftOfChecks()).toEqual([]);
  });
});

test('says once that no page opens, of a site that is down', async () => {
  const site = await openSite({});
  await site[Symbol.asyncDispose]();

  const { results } = await runSiteTests({ ...work(site.url, await newDir()), tests: [] }, never);

  const [first, ...others] = results;
  expect(first).toMatchObject({ name: 'Every page opens', outcome: 'failed' });
  expect(first?.problem).toContain('ERR_CONNECTION_REFUSED');
  expect(new Set(others.map(({ outcome }) => outcome))).toEqual(new Set(['skipped']));
});

test('leaves no process, no profile and no report when it is aborted in the middle', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  await using site = await openSite({ '/': () => stop.abort(reason) });
  const dir = await newDir();

  const running = runSiteTests({ ...work(site.url, dir), tests: goodTests }, stop.signal);
  await expect(running).rejects.toBe(reason);

  expect(await leftOfChecks()).toEqual([]);
  expect(await readdir(dir)).toEqual([]);
});

test('does not blame the site for a browser that does not start, or for too little time', async () => {
  await using site = await openSite(goodSite);
  const task = { ...work(site.url, await newDir()), tests: goodTests };

  const broken = runSiteTests({ ...task, browser: '/bin/false' }, never);
  await expect(broken).rejects.toMatchObject({ code: 'check.broken' });
  const short = runSiteTests({ ...task, limitMs: 1 }, never);
  await expect(short).rejects.toMatchObject({ code: 'check.broken' });

  expect(await leftOfChecks()).toEqual([]);
});

test('leaves no process when whoever runs it is killed', async () => {
  await using site = await openSite({ '/never': () => void child.kill('SIGKILL') });
  const program = `
    import { systemClock } from ${JSON.stringify(join(sources, 'base/index.ts'))};
    import { runSiteTests } from ${JSON.stringify(join(sources, 'checks/index.ts'))};
    const { url, dir, browser } = JSON.parse(process.argv[1]);
    // Left to themselves they would take minutes.
    const steps = [{ do: 'visit', path: '/never' }];
    const tests = Array.from({ length: 30 }, (_, index) => ({ name: \`\${index}\`, steps }));
    const work = { url, dir, browser, clock: systemClock, onNote() {}, tests };
    await runSiteTests(work, new AbortController().signal);`;
  const task = JSON.stringify(work(site.url, await newDir()));
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, task]);
  await once(child, 'exit');

  await expect.poll(async () => await findLeftovers(`${tmpdir()}/tb-`)).toEqual([]);
});

/** The data of a report: a zip as base64 in its HTML. */
function unzip(report: string): string {
  const [, base64 = ''] =
    /application\/zip;base64,([A-Za-z0-9+/=]+)<\/template>/.exec(report) ?? [];
  const zip = Buffer.from(base64, 'base64');
  const texts: string[] = [];
  // Each entry's sizes stand in the directory at the end, which points at the entry.
  for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 4)) {
    const [size, entry] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    const begin = entry + 30 + zip.readUInt16LE(entry + 26) + zip.readUInt16LE(entry + 28);
    texts.push(inflateRawSync(zip.subarray(begin, begin + size)).toString());
  }
  return texts.join('\n');
}
