import { useQuery } from '@tanstack/react-query';
import type { ArtefactView } from '../../../../src/contract/index.ts';
import { artefactHref, artefactTextQuery } from '../../api/sites.ts';
import { JsonView } from './json-view.tsx';
import { Screenshot } from './screenshot.tsx';

interface ArtefactsProps {
  readonly sessionId: string;
  readonly artefacts: readonly ArtefactView[];
}

/** What a step left, each drawn as what it is. */
export function Artefacts({ sessionId, artefacts }: ArtefactsProps) {
  if (artefacts.length === 0) return null;
  const images = artefacts.filter(({ kind }) => kind === 'image');
  const reports = artefacts.filter(({ kind }) => kind === 'report');
  const texts = artefacts.filter(({ kind }) => kind === 'json' || kind === 'text');
  return (
    <div className="space-y-3">
      {images.length === 0 ? null : (
        <div className="flex flex-wrap gap-3">
          {images.map(({ name, path }) => (
            <Screenshot
              key={path}
              sessionId={sessionId}
              path={path}
              name={name}
              className={/mobile/.test(name) ? 'h-44 w-24' : 'h-44 w-64 max-w-full'}
            />
          ))}
        </div>
      )}
      {reports.map(({ name, path }) => (
        <ReportLink key={path} sessionId={sessionId} path={path} name={name} />
      ))}
      {texts.map((artefact) => (
        <TextArtefact key={artefact.path} sessionId={sessionId} artefact={artefact} />
      ))}
    </div>
  );
}

interface ReportLinkProps {
  readonly sessionId: string;
  readonly path: string;
  readonly name: string;
}

/** A report runs scripts of its own: it opens apart, and knows nothing of this page. */
export function ReportLink({ sessionId, path, name }: ReportLinkProps) {
  return (
    <a
      href={artefactHref(sessionId, path)}
      target="_blank"
      rel="noopener noreferrer"
      title={name}
      className="inline-flex min-h-8 items-center rounded-md border border-line bg-raised px-3 text-sm font-medium hover:border-muted"
    >
      Open the report
    </a>
  );
}

interface TextArtefactProps {
  readonly sessionId: string;
  readonly artefact: ArtefactView;
}

function TextArtefact({ sessionId, artefact: { name, kind, path } }: TextArtefactProps) {
  const { data: text, error } = useQuery(artefactTextQuery(sessionId, path));
  return (
    <details open className="rounded-md border border-line bg-surface">
      <summary className="min-h-8 cursor-pointer px-3 py-1.5 font-mono text-sm font-medium">
        {name}
      </summary>
      <div className="max-h-[50dvh] overflow-auto border-t border-line p-3 text-sm" tabIndex={0}>
        {text === undefined ? (
          <p className="text-muted">{error === null ? 'Reading…' : error.message}</p>
        ) : (
          <Content text={text} isJson={kind === 'json'} />
        )}
      </div>
    </details>
  );
}

const MOST_CHARACTERS = 200_000;

function Content({ text, isJson }: { readonly text: string; readonly isJson: boolean }) {
  const value = isJson ? valueOf(text) : undefined;
  if (value !== undefined) return <JsonView value={value} />;
  return (
    <>
      <pre className="font-mono break-words whitespace-pre-wrap">
        {text.slice(0, MOST_CHARACTERS)}
      </pre>
      {text.length > MOST_CHARACTERS ? (
        <p className="text-muted">Only its beginning is shown.</p>
      ) : null}
    </>
  );
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
