import type { z } from 'zod';
import { changeDesign, knownChanges } from './change-design.ts';
import { designOf, planPart, requirementsPart } from './design.ts';
import { mendSite } from './mend-site.ts';
import { planOf } from './plan-of.ts';
import { readRequest } from './read-request.ts';
import type { SiteTask } from './site-task.ts';
import { testsOf } from './tests-of.ts';
import { readDesign, tellWritten, writeSite } from './write-site.ts';

/** Do a task of the site pipeline by fixed rules; the answer is JSON in a fence. */
export async function doSiteTask(task: SiteTask, directory: string): Promise<string> {
  return `\`\`\`json\n${JSON.stringify(await answerTo(task, directory), undefined, 2)}\n\`\`\``;
}

/** Change the site that lies in a directory as a message asks, and say what was done. */
export async function changeSite(message: string, directory: string): Promise<string> {
  const before = await readDesign(directory);
  const change = before === undefined ? undefined : changeDesign(before, message);
  if (change === undefined) {
    const list = knownChanges.map((one) => `- ${one}`).join('\n');
    return `The site was not changed. The demo agent understands:\n\n${list}`;
  }
  const written = await writeSite(directory, change.design, before);
  return `${change.done.join(' ')}\n\n${tellWritten(written)}`;
}

async function answerTo(task: SiteTask, directory: string): Promise<object> {
  const { siteType, given } = task;
  const request = given.get('request') ?? '';
  switch (task.name) {
    case 'requirements':
      return (
        readRequest(request, siteType) ?? {
          impossible: 'There is no word in the request: say what the site is about.',
        }
      );
    case 'plan':
      return planOf(read(task, 'requirements.json', requirementsPart), siteType);
    case 'code': {
      const requirements = read(task, 'requirements.json', requirementsPart);
      const plan = read(task, 'plan.json', planPart);
      const before = await readDesign(directory);
      const design = designOf(request, siteType, requirements, plan);
      const written = await writeSite(directory, design, before);
      const summary = `${design.pages.length} pages by the rules of the demo agent, without a model.`;
      return { summary, files: written.files };
    }
    case 'tests':
      return await writeTests(directory);
    case 'fix':
      return await mendSite(directory, given.get('problems') ?? '', await readDesign(directory));
    default:
      return { impossible: `The demo agent does not know the task ${task.name}.` };
  }
}

async function writeTests(directory: string): Promise<object> {
  const design = await readDesign(directory);
  if (design !== undefined) return { tests: testsOf(design) };
  const steps = [{ do: 'visit', path: '/' }];
  return { tests: [{ name: 'The first page opens', steps }] };
}

function read<T extends z.ZodType>({ given }: SiteTask, name: string, schema: T): z.output<T> {
  return schema.parse(JSON.parse(given.get(name) ?? ''));
}
