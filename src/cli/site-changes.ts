import type { Command } from 'commander';
import { type Builder, example } from './builder.ts';

/** Add what changes a site that is there: `site chat`, `redeploy`, `rollback`, ... */
export function addSiteChanges(site: Command, builder: Builder): void {
  addChat(site, builder);
  addPublishing(site, builder);
  addSteps(site, builder);
  addEnds(site, builder);
}

const detach = ['--detach', 'do not wait: "serve" or "worker" does it'] as const;

function addChat(site: Command, { act }: Builder): void {
  site
    .command('chat <site> [message]')
    .description('tell the agent of a site what to change, and print what it answers')
    .option('--redeploy', 'publish and check what came of it')
    .option('--history', 'print the conversation so far')
    .addHelpText(
      'after',
      example('site chat shop "Make the header dark green" --redeploy', 'site chat shop --history'),
    )
    .action(async (reference: string, message: string | undefined, options) => {
      await act(
        async (door) =>
          await (
            await import('./commands/site-chat.ts')
          ).siteChat(door, { reference, message }, options),
      );
    });
}

function addPublishing(site: Command, { act }: Builder): void {
  site
    .command('redeploy <site>')
    .description('publish the source of a site as it is, and check it')
    .option(...detach)
    .addHelpText('after', example('site redeploy shop'))
    .action(async (reference: string, options) => {
      await act(
        async (door) =>
          await (await import('./commands/site-run.ts')).siteRedeploy(door, reference, options),
      );
    });
  site
    .command('rollback <site> <release>')
    .description('go back to a release that was live, and check it; see "site releases"')
    .option(...detach)
    .addHelpText('after', example('site rollback shop r3f2a90b17c44d5e6'))
    .action(async (reference: string, releaseId: string, options) => {
      await act(
        async (door) =>
          await (
            await import('./commands/site-run.ts')
          ).siteRollback(door, { reference, releaseId }, options),
      );
    });
  site
    .command('resume <site|execution>')
    .description('go on here with an execution that was left, and wait for its end')
    .addHelpText('after', example('site resume shop'))
    .action(async (reference: string) => {
      await act(
        async (door) => await (await import('./commands/site-run.ts')).siteResume(door, reference),
      );
    });
}

const wishes = [
  ['retry', '[step]', 'begin a failed step once more, and go on from there'],
  ['skip', '[step]', 'go on without a check that failed or waits'],
  ['rerun', '<step>', 'do a step and all after it again'],
] as const;

export type StepWish = (typeof wishes)[number][0];

function addSteps(site: Command, { act }: Builder): void {
  for (const [wish, argument, description] of wishes) {
    site
      .command(`${wish} <site|execution> ${argument}`)
      .description(description)
      .option(...detach)
      .addHelpText('after', example(`site ${wish} shop e2e_tests`))
      .action(async (reference: string, step: string | undefined, options) => {
        await act(
          async (door) =>
            await (
              await import('./commands/site-steer.ts')
            ).siteSteer(door, { wish, reference, step }, options),
        );
      });
  }
}

function addEnds(site: Command, { act }: Builder): void {
  site
    .command('cancel <site|execution>')
    .description('cancel what is being done to a site; what is live stays live')
    .addHelpText('after', example('site cancel shop'))
    .action(async (reference: string) => {
      await act(
        async (door) => await (await import('./commands/site-run.ts')).siteCancel(door, reference),
      );
    });
  site
    .command('destroy <site>')
    .description('take a site off the web with all that was made for it; its session stays')
    .option('-y, --yes', 'do not ask')
    .option(...detach)
    .addHelpText('after', example('site destroy shop --yes'))
    .action(async (reference: string, options) => {
      await act(
        async (door) =>
          await (await import('./commands/site-destroy.ts')).siteDestroy(door, reference, options),
      );
    });
}
