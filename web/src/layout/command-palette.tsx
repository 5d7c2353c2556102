import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { sessionChoicesQuery } from '../api/jobs-choices.ts';
import { foundJobsQuery } from '../api/jobs.ts';
import { useLogOut } from '../api/log-in.ts';
import { useRole } from '../api/me.ts';
import { siteChoicesQuery } from '../api/sites.ts';
import { closeDialog, openDialog } from '../state/dialogs.ts';
import { setTheme } from '../state/theme.ts';
import { Key } from '../ui/key.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { useEntries, useGo } from './use-pages.ts';

/** Go anywhere and do anything by words. */
export function CommandPalette() {
  const [text, setText] = useState('');
  const words = useDeferredValue(text.trim());
  const entries = useEntries();
  const go = useGo();
  const { data: sessions = [] } = useQuery(sessionChoicesQuery);
  const { data: sites = [] } = useQuery(siteChoicesQuery);
  const { data: jobs } = useQuery(foundJobsQuery(words));
  const open = (path: string): void => {
    closeDialog();
    go(path);
  };
  return (
    <Command.Dialog
      open
      onOpenChange={closeDialog}
      label="Search and do"
      filter={rank}
      overlayClassName="fixed inset-0 z-40 bg-black/50"
      contentClassName="fixed top-[12dvh] left-1/2 z-40 w-[min(38rem,calc(100vw-1.5rem))] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-surface shadow-xl"
    >
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="A page, a session, a site, words of a job, or something to do"
        className="w-full border-b border-line bg-transparent px-4 py-3 outline-none placeholder:text-muted"
      />
      <Command.List className="max-h-[60dvh] overflow-auto p-1" label="Found">
        <Command.Empty className="p-4 text-muted">Nothing fits. Try other words.</Command.Empty>
        <Group title="Pages">
          {entries.map(({ path, label, icon: Icon, keys }) => (
            <Item key={path} value={`Go to ${label}`} onSelect={() => open(path)}>
              <Icon aria-hidden="true" className="size-4 text-muted" />
              {label}
              <span className="ml-auto flex gap-1">
                {keys.split(' ').map((key) => (
                  <Key key={key}>{key}</Key>
                ))}
              </span>
            </Item>
          ))}
        </Group>
        <Actions />
        <Group title="Sessions">
          {sessions.map(({ session_id: id, name }) => (
            <Item key={id} value={`${name} ${id}`} onSelect={() => open(`/sessions/${id}`)}>
              <span className="truncate">{name}</span>
            </Item>
          ))}
        </Group>
        <Group title="Sites">
          {sites.map(({ session_id: id, name, status, url }) => (
            <Item
              key={id}
              value={`site ${name} ${url ?? ''} ${id}`}
              onSelect={() => open(`/sites/${id}`)}
            >
              <StateBadge state={status} />
              <span className="truncate">{name}</span>
            </Item>
          ))}
        </Group>
        <Group title="Jobs">
          {(jobs?.items ?? []).map(({ job_id: id, title, status }) => (
            <Item key={id} value={`${title} ${id}`} onSelect={() => open(`/jobs/${id}`)}>
              <StateBadge state={status} />
              <span className="truncate">{title}</span>
            </Item>
          ))}
        </Group>
      </Command.List>
    </Command.Dialog>
  );
}

function Actions() {
  const canAdd = useRole('operator');
  const logOut = useLogOut();
  const go = useGo();
  return (
    <Group title="Do">
      {canAdd ? (
        <Item value="New job" onSelect={() => openDialog({ kind: 'new-job' })}>
          New job
          <span className="ml-auto">
            <Key>c</Key>
          </span>
        </Item>
      ) : null}
      {canAdd ? (
        <Item value="New session" onSelect={run(() => go('/sessions?create=true'))}>
          New session
        </Item>
      ) : null}
      {canAdd ? (
        <Item value="New site" onSelect={run(() => go('/sites/new'))}>
          New site
        </Item>
      ) : null}
      <Item value="Theme light" onSelect={run(() => setTheme('light'))}>
        Theme: light
      </Item>
      <Item value="Theme dark" onSelect={run(() => setTheme('dark'))}>
        Theme: dark
      </Item>
      <Item value="Theme system" onSelect={run(() => setTheme('system'))}>
        Theme: as the system
      </Item>
      <Item value="Change the password, logins, API tokens" onSelect={run(() => go('/account'))}>
        Password, logins and API tokens
      </Item>
      <Item value="Keys of the keyboard, help" onSelect={() => openDialog({ kind: 'keys' })}>
        Keys
      </Item>
      <Item value="Log out" onSelect={run(logOut)}>
        Log out
      </Item>
    </Group>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={title}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  );
}

/** Every word must be there; one that begins a word counts more. */
function rank(value: string, search: string): number {
  const text = ` ${value.toLowerCase()}`;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.every((word) => text.includes(word))) return 0;
  return words.every((word) => text.includes(` ${word}`)) ? 1 : 0.5;
}

/** Close the palette, then do it. */
function run(action: () => void): () => void {
  return () => {
    closeDialog();
    action();
  };
}

interface ItemProps {
  readonly value: string;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

function Item({ value, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-8 cursor-default items-center gap-2 rounded px-2 data-[selected=true]:bg-raised"
    >
      {children}
    </Command.Item>
  );
}
