import type { Exchange } from './exchange.ts';

export interface AccessLine {
  door: string;
  method: string;
  path: string;
  status: number;
  /** Sent on the connection meanwhile, headers included. */
  bytes: number;
  durationMs: number;
  requestId: string;
  traceId: string;
  address: string;
  user?: string;
  tenant?: string;
  reason?: string;
  aborted?: true;
}

/** The path as it may be written down: a sign-in link is a credential, and a query may hold names of people. */
function loggedPath(path: string): string {
  return path.replace(/^(\/auth\/link\/|\/oidc\/(?:auth|interaction)\/).*/, '$1…').slice(0, 300);
}

/** Reports one line when the exchange has ended, however it ended. */
export function followExchange(exchange: Exchange, report: (line: AccessLine) => void): void {
  const { request, response } = exchange;
  const sentBefore = request.socket.bytesWritten;
  response.once('close', () => {
    const { principal, reason } = exchange;
    report({
      door: exchange.door,
      method: request.method ?? '',
      path: loggedPath(exchange.path),
      status: response.statusCode,
      bytes: request.socket.bytesWritten - sentBefore,
      durationMs: Math.round((performance.now() - exchange.startedAt) * 10) / 10,
      requestId: exchange.id,
      traceId: exchange.traceId,
      address: exchange.address,
      ...(principal && { user: principal.id, tenant: principal.tenant }),
      ...(reason && { reason }),
      ...(!response.writableFinished && { aborted: true as const }),
    });
  });
}

/** One of a few names for metrics, whatever callers ask for. */
export function routeOf(path: string): 'graphql' | 'api' | 'auth' | 'health' | 'ui' {
  if (/^\/graphql(?:\?|$)/.test(path)) return 'graphql';
  if (path.startsWith('/api/')) return 'api';
  if (path.startsWith('/auth/') || path.startsWith('/oidc/')) return 'auth';
  return path.startsWith('/health') ? 'health' : 'ui';
}
