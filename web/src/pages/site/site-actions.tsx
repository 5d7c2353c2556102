import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { SiteView } from '../../../../src/contract/index.ts';
import { useCancelExecution, useDestroySite, useRedeploy } from '../../api/sites-actions.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { whyNotChange } from './why-not-change.ts';

interface SiteActionsProps {
  readonly site: SiteView;
  readonly whyNot: string | undefined;
}

/** What can be done with the whole site. */
export function SiteActions({ site, whyNot }: SiteActionsProps) {
  const { session_id: sessionId, execution, release_id: releaseId } = site;
  const [isDestroying, setIsDestroying] = useState(false);
  const navigate = useNavigate();
  const redeploy = useRedeploy(sessionId);
  const cancel = useCancelExecution(sessionId);
  const isOpen = execution.status === 'queued' || execution.status === 'running';
  const isOver = whyNotChange(site);
  if (site.status === 'destroyed') return null;
  return (
    <>
      {isOpen ? (
        <ActionButton
          blocked={whyNot}
          disabled={cancel.isPending}
          title="Stop what is being done; what is live stays live"
          onClick={() => cancel.mutate(execution.execution_id)}
        >
          Cancel
        </ActionButton>
      ) : null}
      {releaseId === null ? null : (
        <Button
          title="Choose the release to go back to"
          onClick={() =>
            void navigate({
              to: '/sites/$sessionId',
              params: { sessionId },
              search: { tab: 'releases' },
            })
          }
        >
          Roll back
        </Button>
      )}
      <ActionButton
        kind="primary"
        blocked={whyNot ?? isOver}
        disabled={redeploy.isPending}
        title="Publish the files as they are, and check them"
        onClick={() => redeploy.mutate()}
      >
        Redeploy
      </ActionButton>
      <ActionButton kind="danger" blocked={whyNot ?? isOver} onClick={() => setIsDestroying(true)}>
        Destroy
      </ActionButton>
      {isDestroying ? <DestroySite site={site} onClose={() => setIsDestroying(false)} /> : null}
    </>
  );
}

interface DestroySiteProps {
  readonly site: SiteView;
  readonly onClose: () => void;
}

function DestroySite({ site, onClose }: DestroySiteProps) {
  const [typed, setTyped] = useState('');
  const destroy = useDestroySite(site.session_id);
  const isSame = typed.trim() === site.name.trim();
  const blocked = isSame ? undefined : 'Type its name first.';
  return (
    <Dialog
      title={`Destroy the site “${site.name}”?`}
      description="It is taken off the web, and all that was made for it is removed. Its session with files and conversation stays. This cannot be undone."
      isOpen
      onClose={onClose}
    >
      <Form
        className="space-y-3"
        blocked={blocked}
        onSubmit={() => destroy.mutate(undefined, { onSuccess: onClose })}
      >
        <TextField
          label="Type the site’s name to destroy it"
          hint={site.name}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <ActionButton kind="danger" type="submit" blocked={blocked} disabled={destroy.isPending}>
            Destroy the site
          </ActionButton>
        </div>
      </Form>
    </Dialog>
  );
}
