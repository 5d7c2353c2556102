import { Page } from '../layout/page.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

export function NeedsYouPage() {
  return (
    <Page title="Needs you">
      <EmptyState title="Nothing needs you.">
        Agents that ask and jobs that failed stand here.
      </EmptyState>
    </Page>
  );
}
