/** Playwright runs this after the survey: the tests that every site has to pass. */
import { test } from '@playwright/test';
import { failWith } from './fail-with.ts';
import { judges } from './judge-survey.ts';
import { readSurvey } from './survey.ts';

for (const [index, { name, problemsOf }] of judges.entries()) {
  test(name, () => {
    const survey = readSurvey();
    const isOpen = survey.pages.some(({ problem }) => problem === undefined);
    test.skip(index > 0 && !isOpen, 'No page of the site could be opened.');
    if (index === 0) tell(survey.notes);
    const problems = problemsOf(survey);
    if (problems.length > 0) failWith(problems);
  });
}

/** In the report, beside the test. */
function tell(notes: readonly string[]): void {
  for (const description of notes) test.info().annotations.push({ type: 'note', description });
}
