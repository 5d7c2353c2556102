import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { fileHref, fileTextQuery } from '../../api/files.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { formatBytes } from './format-bytes.ts';

interface FilePreviewProps {
  readonly sessionId: string;
  readonly path: string;
  readonly bytes: number | undefined;
}

const MOST_BYTES = 1_048_576;
const MOST_CHARACTERS = 200_000;

/** A text or a picture of the session, without leaving the list. */
export function FilePreview({ sessionId, path, bytes }: FilePreviewProps) {
  const navigate = useNavigate({ from: '/sessions/$sessionId' });
  return (
    <Dialog
      title={path.split('/').at(-1) ?? path}
      description={bytes === undefined ? path : `${path}, ${formatBytes(bytes)}`}
      isOpen
      onClose={() => void navigate({ search: ({ file: _file, ...rest }) => rest, replace: true })}
    >
      <div className="space-y-3">
        <Content sessionId={sessionId} path={path} bytes={bytes} />
        <a
          href={fileHref(sessionId, path)}
          download={path.split('/').at(-1)}
          className="inline-flex min-h-8 items-center font-semibold text-accent hover:underline"
        >
          Download
        </a>
      </div>
    </Dialog>
  );
}

function Content({ sessionId, path, bytes }: FilePreviewProps) {
  // The server names no types of files, and without one browsers draw no SVG: it is shown as text.
  if (/\.(png|jpe?g|gif|webp|avif|ico|bmp)$/i.test(path)) {
    return (
      <img
        src={fileHref(sessionId, path)}
        alt={path}
        className="mx-auto max-h-[60dvh] max-w-full rounded-md border border-line bg-white object-contain"
      />
    );
  }
  if (bytes !== undefined && bytes > MOST_BYTES) {
    return <p>It is too large to be shown here ({formatBytes(bytes)}). Download it to read it.</p>;
  }
  return <TextContent sessionId={sessionId} path={path} />;
}

function TextContent({ sessionId, path }: Pick<FilePreviewProps, 'sessionId' | 'path'>) {
  const { data: text, error } = useQuery(fileTextQuery(sessionId, path));
  if (error !== null) return <p role="alert">{error.message}</p>;
  if (text === undefined) return <p role="status">Reading it…</p>;
  if (text.slice(0, 8_000).includes('\0')) {
    return <p>It is not a text. Download it to open it with a program of yours.</p>;
  }
  return (
    <>
      <pre
        tabIndex={0}
        role="region"
        aria-label={`Text of ${path}`}
        className="max-h-[60dvh] overflow-auto rounded-md border border-line bg-page p-2 font-mono text-sm"
      >
        {text.slice(0, MOST_CHARACTERS)}
      </pre>
      {text.length > MOST_CHARACTERS ? (
        <p className="text-muted">Only its beginning is shown. Download it to read it all.</p>
      ) : null}
    </>
  );
}
