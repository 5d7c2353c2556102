import { type Command, Option } from 'commander';
import { type Builder, example } from './builder.ts';
import { count, dollars, duration, tokenCount } from './options.ts';
import { addSiteChanges } from './site-changes.ts';
import { siteSteps } from './site-steps.ts';

const providers = ['local', 'aws', 'azure'];

/** Add `site ...`. */
export function addSiteCommands(program: Command, builder: Builder): void {
  const site = program
    .command('site')
    .description('web sites: from some words to a tested page with an address')
    .helpCommand(false);
  addCreate(site, builder);
  addEstimate(site, builder);
  addLists(site, builder);
  addReaders(site, builder);
  addSiteChanges(site, builder);
  addUpkeep(site, builder);
}

/** Where a site goes, as `create` and `estimate` take it. */
function addPlace(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--provider <name>',
        'where it goes (default: from the configuration, local)',
      ).choices(providers),
    )
    .addOption(
      new Option('--type <type>', 'static: files; dynamic: a program (default: static)').choices([
        'static',
        'dynamic',
      ]),
    )
    .option('--region <name>', 'AWS region or Azure location (default: from the configuration)')
    .option('--size <name>', 'machine of a dynamic site in a cloud (default: the smallest allowed)')
    .addOption(
      new Option('--front-door <choice>', 'Azure, static: what stands before it').choices([
        'none',
        'shared',
      ]),
    );
}

function addCreate(site: Command, { act }: Builder): void {
  addPlace(site.command('create [requirements]'))
    .description('make a site now: plan, write, publish and test it')
    .option('--file <path>', 'read the requirements from a file; - reads stdin, and so does a pipe')
    .option('--name <name>', 'of its session (default: from its id)')
    .option('--agent <name>', 'who writes it (default: as for jobs)')
    .option('--model <name>', 'model the agent is to use (default: its own)')
    .addOption(
      new Option('--permission <policy>', 'what an agent is told that asks (default: ask)').choices(
        ['ask', 'allow', 'deny'],
      ),
    )
    .option('--ttl <duration>', 'destroy it this long from now, 72h (default: keep it)', duration)
    .option('--max-tokens <number>', 'for all its jobs together (default: no limit)', tokenCount)
    .option('--max-cost <usd>', 'what they may cost together (default: no limit)', dollars)
    .option('--confirm-cost <usd>', 'agree to this much a month, at least the estimate', dollars)
    .option('-y, --yes', 'agree to what it costs by estimate')
    .option('--email <address>', 'for a person by e-mail, who is made when not known')
    .option('--phone <number>', 'of that person')
    .option('--detach', 'only begin it: "serve" or "worker" does it')
    .addHelpText(
      'after',
      example(
        'site create "A page for our bakery: opening hours, three photos, how to find us"',
        'site create --file requirements.md --type dynamic --name shop',
        'site create --provider aws --ttl 72h --yes "A landing page for our book"',
      ),
    )
    .action(async (requirements, options) => {
      await act(
        async (door) =>
          await (
            await import('./commands/site-create.ts')
          ).siteCreate(door, { requirements, ...options }),
      );
    });
}

function addEstimate(site: Command, { act }: Builder): void {
  addPlace(site.command('estimate'))
    .description('what a site would consist of, and cost a month; makes nothing')
    .addHelpText('after', example('site estimate --provider aws --type dynamic --size t3.micro'))
    .action(async (options) => {
      await act(
        async (door) =>
          await (await import('./commands/site-estimate.ts')).siteEstimate(door, options),
      );
    });
}

function addLists(site: Command, { act }: Builder): void {
  site
    .command('list')
    .description('list sites, newest first')
    .addOption(
      new Option('--status <status>', 'only those').choices([
        'building',
        'live',
        'failed',
        'destroying',
        'destroyed',
      ]),
    )
    .option('--limit <number>', 'how many (default: 50)', count)
    .option('--cursor <cursor>', 'go on where the page before ended')
    .option('--all', 'every page')
    .addHelpText('after', example('site list --status live'))
    .action(async (options) => {
      await act(
        async (door) => await (await import('./commands/site-list.ts')).siteList(door, options),
      );
    });
  site
    .command('status <site|execution>')
    .description('show a site and the nine steps of its newest execution, or of another one')
    .addHelpText('after', example('site status shop', 'site status exe_01h2'))
    .action(async (reference: string) => {
      await act(
        async (door) =>
          await (await import('./commands/site-status.ts')).siteStatus(door, reference),
      );
    });
  site
    .command('releases <site>')
    .description('list what was published, with what the checks said of it')
    .addHelpText('after', example('site releases shop'))
    .action(async (reference: string) => {
      await act(
        async (door) =>
          await (await import('./commands/site-releases.ts')).siteReleases(door, reference),
      );
    });
}

function addReaders(site: Command, { act }: Builder): void {
  site
    .command('logs <site|execution>')
    .description('what the program of a site says, or with --step what a step did')
    .addOption(new Option('--step <step>', 'the log of this step').choices(siteSteps))
    .option('--lines <number>', 'the newest (default: 200)', count)
    .addHelpText('after', example('site logs shop', 'site logs shop --step deploy'))
    .action(async (reference: string, options) => {
      await act(
        async (door) =>
          await (await import('./commands/site-logs.ts')).siteLogs(door, reference, options),
      );
    });
  site
    .command('open <site>')
    .description('print the address of a site, and show it where there is a desktop')
    .option('--print', 'only print it')
    .addHelpText('after', example('site open shop'))
    .action(async (reference: string, options) => {
      await act(
        async (door) =>
          await (await import('./commands/site-open.ts')).siteOpen(door, reference, options),
      );
    });
  site
    .command('diff <site>')
    .description('how its source differs from what is live')
    .addHelpText('after', example('site diff shop'))
    .action(async (reference: string) => {
      await act(
        async (door) => await (await import('./commands/site-diff.ts')).siteDiff(door, reference),
      );
    });
}

function addUpkeep(site: Command, { act }: Builder): void {
  site
    .command('reap')
    .description('find what is left at providers of sites that are no more, and remove it')
    .addOption(
      new Option('--provider <name...>', 'where to look (default: local)').choices(providers),
    )
    .option('--dry-run', 'only show it')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', example('site reap --dry-run', 'site reap --provider aws azure --yes'))
    .action(async (options) => {
      await act(
        async (door) => await (await import('./commands/site-reap.ts')).siteReap(door, options),
      );
    });
  site
    .command('roles')
    .description('list the roles and skills of agents that make sites, and their files')
    .addHelpText('after', example('site roles'))
    .action(async () => {
      await act(async (door) => await (await import('./commands/site-roles.ts')).siteRoles(door));
    });
}
