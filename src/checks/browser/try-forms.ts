import type { Page } from 'playwright-core';
import { systemClock } from '../../base/index.ts';
import { plainText } from './plain-text.ts';
import { settlePage, within } from './settle-page.ts';
import type { PageFaults } from './watch-page.ts';

const MOST_FORMS = 3;
const LIMIT_MS = 10_000;

/**
 * Use the forms of a page as a visitor does: send them with nothing in them, then filled.
 *
 * Left alone: forms that ask for a password or a file, and those that go to another site, by mail,
 * or nowhere. At most 3 forms of a page. The page is elsewhere afterwards.
 */
export async function tryForms(
  page: Page,
  url: string,
  faults: PageFaults,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const tried = await ask(page.evaluate(sendEmpty, MOST_FORMS), 'sending its forms empty');
  for (const [index, { name, isAccepted, isSendable }] of tried.entries()) {
    if (isAccepted) {
      problems.push(`${name} is sent although a required field is empty`);
    }
    if (!isSendable) continue;
    const problem = await sendFilled(page, { url, index, faults });
    if (problem !== undefined) problems.push(`${name}, filled and sent: ${problem}`);
  }
  return problems;
}

interface Sending {
  readonly url: string;
  readonly index: number;
  readonly faults: PageFaults;
}

async function sendFilled(
  page: Page,
  { url, index, faults }: Sending,
): Promise<string | undefined> {
  const before = faults.errors.length;
  const answers: number[] = [];
  page.on('response', (response) => {
    const isPage = response.request().isNavigationRequest();
    if (isPage && response.frame() === page.mainFrame()) answers.push(response.status());
  });
  try {
    await page.goto(url, { timeout: LIMIT_MS });
    const isSent = await ask(page.evaluate(fillAndSend, index), 'filling it');
    if (!isSent) return undefined;
    await settlePage(page, systemClock, LIMIT_MS);
  } catch (error) {
    // The page may leave while it is asked; then the next one is waited for.
    if (!/context was destroyed|navigation/i.test(plainText(error))) return plainText(error);
    await page.waitForLoadState('load', { timeout: LIMIT_MS }).catch(() => {});
  }
  const bad = answers.find((status) => status >= 400);
  if (bad !== undefined) return `answered ${bad}`;
  // A form may well thank its visitor by an alert.
  const errors = faults.errors.slice(before).filter((text) => !text.startsWith('alert()'));
  return errors[0];
}

async function ask<T>(promise: Promise<T>, what: string): Promise<T> {
  return await within(promise, { clock: systemClock, limitMs: LIMIT_MS, what });
}

interface TriedForm {
  /** How people may know it. */
  readonly name: string;
  /** It has a required field, and would have been sent without it. */
  readonly isAccepted: boolean;
  readonly isSendable: boolean;
}

/** Runs inside the page. Nothing is really sent: each submission is stopped at its end. */
function sendEmpty(most: number): readonly TriedForm[] {
  return [...document.forms].slice(0, most).map((form) => {
    const action = new URL(form.getAttribute('action') ?? '', document.baseURI);
    const label = form.getAttribute('aria-label') ?? form.getAttribute('id') ?? '';
    const leavesAlone = form.querySelector('input[type=password], input[type=file]') !== null;
    const isSendable =
      !leavesAlone && action.origin === location.origin && form.method !== 'dialog';
    let isAccepted = false;
    const needs = form.querySelector<HTMLInputElement>('[required]:not([value]):not(select)');
    if (needs !== null && needs.value === '' && !needs.checked) {
      const stop = (event: SubmitEvent): void => {
        isAccepted = !event.defaultPrevented;
        event.preventDefault();
      };
      window.addEventListener('submit', stop, { once: true });
      form.requestSubmit();
      window.removeEventListener('submit', stop);
    }
    return { name: `The form ${label || action.pathname}`, isAccepted, isSendable };
  });
}

/** Runs inside the page. False when what we know to fill in does not satisfy the form. */
function fillAndSend(index: number): boolean {
  const form = document.forms[index];
  if (form === undefined) return false;
  const values: Record<string, string> = {
    email: 'visitor@example.com',
    tel: '+15550100',
    url: 'https://example.com/',
    date: '2030-01-15',
    time: '12:00',
    month: '2030-01',
    week: '2030-W03',
    'datetime-local': '2030-01-15T12:00',
  };
  for (const field of form.elements) {
    if (field instanceof HTMLSelectElement) {
      const choice = [...field.options].find(({ value, disabled }) => value !== '' && !disabled);
      if (choice !== undefined) field.value = choice.value;
    } else if (field instanceof HTMLTextAreaElement) {
      field.value ||= 'A message to try this form.';
    } else if (field instanceof HTMLInputElement) {
      const isNumber = field.type === 'number' || field.type === 'range';
      if (field.type === 'checkbox' || field.type === 'radio') field.checked ||= field.required;
      else if (isNumber) field.value ||= field.min || '1';
      else if (field.type === 'text' || field.type === 'search') field.value ||= 'Visitor';
      else if (values[field.type] !== undefined) field.value ||= values[field.type] ?? '';
    }
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
  if (!form.checkValidity()) return false;
  form.requestSubmit();
  return true;
}
