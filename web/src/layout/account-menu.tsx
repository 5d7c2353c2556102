import { useQuery } from '@tanstack/react-query';
import { CircleUser } from 'lucide-react';
import { useLogOut } from '../api/log-in.ts';
import { meQuery } from '../api/me.ts';
import { useCanAct } from '../state/connection.ts';
import { openDialog } from '../state/dialogs.ts';
import { setTheme, themes, useTheme } from '../state/theme.ts';
import { Menu, MenuChoices, MenuItem, MenuLine } from '../ui/menu.tsx';
import { useGo } from './use-pages.ts';

const themeNames = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;
const themeChoices = themes.map((value) => ({ value, label: themeNames[value] }));

export function AccountMenu() {
  const { data: me } = useQuery(meQuery);
  const theme = useTheme();
  const canAct = useCanAct();
  const logOut = useLogOut();
  const go = useGo();
  if (me == null) return null;
  const trigger = (
    <button
      type="button"
      className="flex min-h-8 min-w-8 items-center gap-2 rounded-md px-2 text-left hover:bg-raised"
    >
      <CircleUser aria-hidden="true" className="size-4 shrink-0" />
      <span className="sr-only">
        Account: {me.user.name}, {me.role}
      </span>
      <span aria-hidden="true" className="hidden min-w-0 md:block">
        <span className="block truncate">{me.user.name}</span>
        <span className="block text-xs text-muted">{me.role}</span>
      </span>
    </button>
  );
  return (
    <Menu trigger={trigger}>
      <p className="px-2 py-1 text-xs text-muted">
        {me.user.name} · {me.role}
      </p>
      <MenuItem onSelect={() => go('/account')}>Password, logins and API tokens</MenuItem>
      <MenuLine />
      <MenuChoices label="Theme" value={theme} choices={themeChoices} onChange={setTheme} />
      <MenuLine />
      <MenuItem onSelect={() => openDialog({ kind: 'keys' })}>Keys</MenuItem>
      <MenuItem disabled={!canAct} onSelect={logOut}>
        Log out
      </MenuItem>
    </Menu>
  );
}
