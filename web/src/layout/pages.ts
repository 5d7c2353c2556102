import {
  Bot,
  Coins,
  Film,
  Globe,
  HandHelping,
  Layers,
  ListTodo,
  type LucideIcon,
  ScrollText,
  Users,
} from 'lucide-react';

export interface PageEntry {
  readonly path: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Two keys that lead there. */
  readonly keys: string;
  /** Who sees it; left out: everybody. */
  readonly role?: 'admin';
}

/** Pages of the navigation and the palette, in their order. */
export const pages: readonly PageEntry[] = [
  { path: '/', label: 'Needs you', icon: HandHelping, keys: 'g n' },
  { path: '/jobs', label: 'Jobs', icon: ListTodo, keys: 'g j' },
  { path: '/sessions', label: 'Sessions', icon: Layers, keys: 'g s' },
  { path: '/sites', label: 'Sites', icon: Globe, keys: 'g w' },
  { path: '/agents', label: 'Agents', icon: Bot, keys: 'g a' },
  { path: '/recordings', label: 'Recordings', icon: Film, keys: 'g r' },
  { path: '/usage', label: 'Usage', icon: Coins, keys: 'g t', role: 'admin' },
  { path: '/users', label: 'Users', icon: Users, keys: 'g u', role: 'admin' },
  { path: '/audit', label: 'Audit', icon: ScrollText, keys: 'g l', role: 'admin' },
];
