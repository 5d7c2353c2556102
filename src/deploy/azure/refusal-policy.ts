import { AzureRefusal, parseRefusal, toWaitMs } from './azure-refusal.ts';

interface Reply {
  readonly status: number;
  readonly bodyAsText?: string | null;
  readonly headers: { get(name: string): string | undefined };
}

/**
 * A policy for the SDKs' pipelines that throws what Azure refused with all that it said. The SDKs'
 * own error (`createRestError`) keeps the outermost code alone, and `QuotaExceeded` stands inside.
 */
export const throwRefusals = {
  name: 'throwRefusals',
  async sendRequest<Request, Response extends Reply>(
    request: Request,
    next: (request: Request) => Promise<Response>,
  ): Promise<Response> {
    const response = await next(request);
    const { status, bodyAsText, headers } = response;
    if (status < 400) return response;
    const body = parseRefusal(status, bodyAsText);
    throw new AzureRefusal(status, body, toWaitMs(headers.get('retry-after')));
  },
};
