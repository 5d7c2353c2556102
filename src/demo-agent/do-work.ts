import { join } from 'node:path';
import { exists } from '../base/index.ts';
import { analyseFiles } from './analyse-files.ts';
import { parsePrompt } from './prompt.ts';
import { describePrompt } from './describe-prompt.ts';
import { designFile, parseSiteTask } from './site/site-task.ts';
import { writeScaffold } from './write-scaffold.ts';

/** Every output says what made it: nobody shall take it for a model's answer. */
const signature =
  '*Made by the built-in demo agent of tmux-builder, without a model: fixed rules and true figures.*';

/**
 * Do what a prompt file asks for, as far as rules can, and return the output's text. The same
 * files and prompt give the same text.
 */
export async function doWork(content: string, directory: string): Promise<string> {
  const prompt = parsePrompt(content);
  const siteTask = parseSiteTask(prompt.text);
  const body =
    siteTask === undefined
      ? await workFor(prompt.template)(prompt.text, prompt.files, directory)
      : await (await import('./site/do-site-task.ts')).doSiteTask(siteTask, directory);
  return `${body.trimEnd()}\n\n---\n${signature}\n`;
}

type Work = (text: string, files: readonly string[], directory: string) => Promise<string> | string;

function workFor(template: string): Work {
  switch (template) {
    case 'echo_test':
      return withoutIntroduction;
    case 'file_analysis':
      return async (text, files) => await analyseFiles(files.length > 0 ? files : pathsIn(text));
    case 'code_generation':
      return async (text, _files, directory) =>
        await writeScaffold(withoutIntroduction(text), directory);
    default:
      return async (text, _files, directory) => await talk(text, directory);
  }
}

/** A message: about the site that lies here, or about anything. */
async function talk(text: string, directory: string): Promise<string> {
  if (!(await exists(join(directory, designFile)))) return describePrompt(text);
  const { changeSite } = await import('./site/do-site-task.ts');
  return await changeSite(text, directory);
}

/** The templates put one or two paragraphs of their own before the person's text. */
function withoutIntroduction(text: string): string {
  const introduction =
    /^(?:Repeat the following message[^\n]*:|Write the code that is asked for.*?\n\nYour answer describes[^\n]*)\n\n/s;
  return text.replace(introduction, '');
}

function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<=^|[\s`'"(])\/[^\s`'"),;]+/g)].map(([path]) => path);
}
