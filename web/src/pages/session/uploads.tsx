import type { Uploads } from '../../api/uploads.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Button } from '../../ui/button.tsx';

export function UploadList({ uploads }: { readonly uploads: Uploads }) {
  if (uploads.list.length === 0) return null;
  return (
    <ul aria-label="Uploads" className="space-y-2 rounded-md border border-line bg-surface p-2">
      {uploads.list.map(({ id, file, sent, problem, cancel }) => (
        <li key={id} className="flex flex-wrap items-center gap-3">
          <span className="min-w-0 flex-1 truncate font-mono">{file.name}</span>
          {problem === undefined ? (
            <>
              <progress
                className="accent-accent"
                aria-label={`Upload of ${file.name}`}
                max={Math.max(1, file.size)}
                value={sent}
              />
              <Button aria-label={`Cancel the upload of ${file.name}`} onClick={cancel}>
                Cancel
              </Button>
            </>
          ) : (
            <>
              <span role="alert" className="text-failed">
                {problem}
              </span>
              <ActionButton
                onClick={() => {
                  uploads.close(id);
                  uploads.add([file]);
                }}
              >
                Retry
              </ActionButton>
              <Button kind="quiet" onClick={() => uploads.close(id)}>
                Close
              </Button>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
