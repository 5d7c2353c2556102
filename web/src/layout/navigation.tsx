import { Link } from '@tanstack/react-router';

const entries = [{ to: '/', label: 'Needs you' }] as const;

export function Navigation() {
  return (
    <nav
      aria-label="Pages"
      className="flex shrink-0 gap-1 overflow-x-auto border-b border-line bg-surface p-2 md:w-48 md:flex-col md:border-r md:border-b-0"
    >
      {entries.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          className="rounded-md px-3 py-1.5 whitespace-nowrap hover:bg-raised [&.active]:bg-raised [&.active]:font-semibold"
          activeOptions={{ exact: to === '/' }}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
