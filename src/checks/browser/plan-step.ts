import type { Locator, Page } from 'playwright-core';
import type { SiteTestStep } from '../checks.ts';

const LIMIT_MS = 8_000;

/**
 * Do one step of a test as a visitor would. Texts are compared without case and spaces, and a
 * part is enough.
 *
 * @throws {Error} it cannot be done; the message says what is there instead.
 */
export async function planStep(page: Page, step: SiteTestStep): Promise<void> {
  switch (step.do) {
    case 'visit':
      return await visit(page, step.path);
    case 'see':
      return await until(page, page.getByText(step.text), {
        what: `the text "${step.text}" is not seen`,
        others: 'h1, h2, h3, p, li, button',
      });
    case 'see-heading':
      return await until(page, page.getByRole('heading', { name: step.text }), {
        what: `there is no heading "${step.text}"`,
        others: 'h1, h2, h3, h4, h5, h6, [role=heading]',
      });
    case 'see-title':
      return await untilTitle(page, step.text);
    case 'click':
      return await click(page, step.role, step.name);
    case 'fill':
      return await fill(page, step.label, step.value);
    case 'be-at':
      return await untilAt(page, step.path);
  }
}

async function visit(page: Page, path: string): Promise<void> {
  const response = await page.goto(path);
  const status = response?.status() ?? 200;
  if (status >= 400) throw new Error(`${path} answered ${status}`);
}

interface Missing {
  readonly what: string;
  /** Selector of what is told of instead. */
  readonly others: string;
}

async function until(page: Page, wanted: Locator, { what, others }: Missing): Promise<void> {
  try {
    await wanted.filter({ visible: true }).first().waitFor({ timeout: LIMIT_MS });
  } catch (error) {
    throw new Error(`${what} at ${pathOf(page)}. ${await tellOf(page, others)}`, { cause: error });
  }
}

async function untilTitle(page: Page, text: string): Promise<void> {
  const wanted = text.toLowerCase();
  try {
    await page.waitForFunction((part) => document.title.toLowerCase().includes(part), wanted, {
      timeout: LIMIT_MS,
    });
  } catch (error) {
    const title = await page.title();
    throw new Error(`the title at ${pathOf(page)} is "${title}", without "${text}"`, {
      cause: error,
    });
  }
}

async function click(page: Page, role: 'link' | 'button', name: string): Promise<void> {
  const any = page.getByRole(role, { name }).filter({ visible: true });
  const others = role === 'link' ? 'a[href]' : 'button, [role=button], input[type=submit]';
  await until(page, any, { what: `there is no ${role} "${name}"`, others });
  const exact = page.getByRole(role, { name, exact: true }).filter({ visible: true });
  const target = (await exact.count()) > 0 ? exact : any;
  await target.first().click({ timeout: LIMIT_MS });
}

async function fill(page: Page, label: string, value: string): Promise<void> {
  const fields = page.getByLabel(label).filter({ visible: true });
  const others = 'label, [aria-label]';
  await until(page, fields, { what: `there is no field with the label "${label}"`, others });
  const field = fields.first();
  const kind = await field.evaluate((element) =>
    element instanceof HTMLInputElement ? element.type : element.tagName.toLowerCase(),
  );
  const timeout = LIMIT_MS;
  if (kind === 'checkbox' || kind === 'radio') await field.check({ timeout });
  else if (kind === 'select') await field.selectOption(value, { timeout });
  else await field.fill(value, { timeout });
}

async function untilAt(page: Page, path: string): Promise<void> {
  const wanted = placeOf(new URL(path, page.url()));
  try {
    await page.waitForURL((url) => placeOf(url) === wanted, { timeout: LIMIT_MS });
  } catch (error) {
    throw new Error(`we are at ${pathOf(page)} and not at ${path}`, { cause: error });
  }
}

/** `/`, `/index.html` and a `/` at the end are the same place to a visitor. */
function placeOf({ pathname, search, hash }: URL): string {
  return pathname.replace(/(\/index\.html?|\/)$/, '') + search + hash;
}

function pathOf(page: Page): string {
  const url = URL.parse(page.url());
  return url === null ? page.url() : url.pathname + url.search + url.hash;
}

/** At most 20 texts of the page, so that whoever reads the failure sees what could be meant. */
async function tellOf(page: Page, selector: string): Promise<string> {
  const texts = await page
    .locator(selector)
    .filter({ visible: true })
    .evaluateAll((elements) =>
      elements.slice(0, 100).map((element) => {
        const text = element.textContent || element.ariaLabel || element.getAttribute('value');
        return (text ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 80);
      }),
    );
  const different = [...new Set(texts)].filter((text) => text !== '').slice(0, 20);
  if (different.length === 0) return 'There is nothing of the kind.';
  return `There is: ${different.map((text) => `"${text}"`).join(', ')}`;
}
