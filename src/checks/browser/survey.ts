import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../base/index.ts';
import type { SiteTest } from '../checks.ts';

/** A link of a page: where it leads, and what it says. */
export interface Link {
  /** Absolute, with its fragment. */
  readonly href: string;
  readonly text: string;
}

/** What the document itself says; asked once it has loaded. */
export interface DocumentFacts {
  readonly title: string;
  readonly language: string;
  readonly description: string;
  /** Whether it has `<meta name="viewport">`; without, phones show it small. */
  readonly fitsPhones: boolean;
  readonly links: readonly Link[];
  /** What fragments can point at. */
  readonly ids: readonly string[];
  /** Fields of forms that nobody is told the meaning of. */
  readonly unlabelled: readonly string[];
}

/** What is known of one page; lists hold sentences, and at most some dozens of them. */
export interface PageFacts {
  /** Path and query. */
  readonly path: string;
  /** Why it did not open; nothing else is known then. */
  readonly problem: string | undefined;
  readonly document: DocumentFacts | undefined;
  /** Images, scripts, styles and fonts that did not come, and images that are none. */
  readonly assets: readonly string[];
  /** Errors that scripts threw or wrote to the console, requests of theirs that failed, alerts. */
  readonly errors: readonly string[];
  /** By which element it is wider than a phone. */
  readonly overflow: string | undefined;
  readonly forms: readonly string[];
  /** What axe found; undefined where it was not asked. */
  readonly barriers: readonly string[] | undefined;
}

/** A site as a visitor found it who went everywhere. */
export interface Survey {
  /** The start page is the first. */
  readonly pages: readonly PageFacts[];
  /** What each address of the site answers that a page links to, without fragment; null is well. */
  readonly addresses: Readonly<Record<string, string | null>>;
  /** Why not all of it was looked at. */
  readonly notes: readonly string[];
}

/** What the tests of a run are about. */
export interface TestInput {
  readonly url: string;
  readonly tests: readonly SiteTest[];
}

/** In the working directory of the run, which is of this run alone. */
export const inputFile = 'input.json';
const surveyFile = 'survey.json';

export function readInput(): TestInput {
  return JSON.parse(readFileSync(inputFile, 'utf8'));
}

export function readSurvey(): Survey {
  return JSON.parse(readFileSync(surveyFile, 'utf8'));
}

export async function keepSurvey(survey: Survey): Promise<void> {
  await writeFileAtomic(surveyFile, JSON.stringify(survey), { durable: false });
}

export function withoutFragment(href: string): string {
  const url = new URL(href);
  url.hash = '';
  return url.href;
}
