import type { Server } from 'node:http';

const REASONS: Record<string, string> = {
  EADDRINUSE:
    'the port is in use; stop what listens there, or take another port (0 for a free one)',
  EACCES: 'this user may not listen there; take a port above 1023',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such host is known',
};

/** Rejects with a sentence where the port cannot be had. */
export function listen(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const why = REASONS[cause.code ?? ''] ?? cause.message;
      reject(new Error(`Cannot listen on ${host}:${port}: ${why}.`, { cause }));
    });
    http.listen(port, host, resolve);
  });
}

/** Takes no more connections, lets requests under way finish for `graceMs`, then cuts what is left. */
export function stop(http: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A connection whose last answer is out would otherwise be kept alive for the whole grace.
    const sweep = setInterval(() => http.closeIdleConnections(), 20);
    const cut = setTimeout(() => http.closeAllConnections(), graceMs);
    http.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    http.closeIdleConnections();
  });
}
