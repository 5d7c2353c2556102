/** Playwright runs this beside the survey: the tests of the plan, which are data. */
import { type Page, test } from '@playwright/test';
import { failWith } from './fail-with.ts';
import { planStep } from './plan-step.ts';
import { plainText } from './plain-text.ts';
import { readInput } from './survey.ts';

for (const { name, steps } of readInput().tests) {
  test(name, async ({ page }) => {
    page.on('dialog', (dialog) => void dialog.dismiss().catch(() => {}));
    // A test that does not say where it begins, begins at the start page.
    if (steps[0]?.do !== 'visit') await take(page, 0, { do: 'visit', path: '/' });
    for (const [index, step] of steps.entries()) await take(page, index + 1, step);
  });
}

async function take(
  page: Page,
  number: number,
  step: Parameters<typeof planStep>[1],
): Promise<void> {
  const { do: verb, ...words } = step;
  const what = `${verb} ${Object.values(words).join(' ')}`;
  await test.step(what, async () => {
    try {
      await planStep(page, step);
    } catch (error) {
      failWith([`Step ${number} (${what}): ${plainText(error)}`]);
    }
  });
}
