import type { FastifyInstance } from 'fastify';
import { CodedError, systemCode } from '../base/index.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Listen, and return the port. @throws {CodedError} `server.port-taken`, `server.cannot-listen` */
export async function listen(server: FastifyInstance, place: Place): Promise<number> {
  const { host, port } = place;
  try {
    await server.listen({ host, port });
  } catch (error) {
    throw toCoded(error, place);
  }
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return address.port;
}

function toCoded(error: unknown, { host, port }: Place): unknown {
  const code = systemCode(error);
  const facts = { host, port, code };
  if (code === 'EADDRINUSE') {
    return new CodedError('server.port-taken', `Port ${port} of ${host} is in use already.`, {
      facts,
      cause: error,
      todo: 'Stop the other program, or choose another port: --port 8001, or --port 0 for any',
    });
  }
  if (code === undefined || code.startsWith('FST_') || code.startsWith('ERR_')) return error;
  return new CodedError('server.cannot-listen', `Cannot listen at ${host}:${port} (${code}).`, {
    facts,
    cause: error,
    todo: 'Name an address of this machine with --host, and a port above 1023',
  });
}
