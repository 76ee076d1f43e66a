import { isWireScript, wireBytes } from '../../../tools/formats/wire-script.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import { webResponse } from '../../net/http-response.ts';
import type { ExchangeFunction, ServiceCaller } from '../../net/http-service.ts';
import type { World } from '../world.ts';

/** One line of what server and devices say, in the order of virtual time. */
export interface LogLine {
  /** µs. */
  time: number;
  side: 'server' | 'device';
  device: string;
  text: string;
}

/** A request for image bytes, as the server saw it. */
export interface DownloadSeen {
  time: number;
  device: string;
  firmware: number;
  /** First byte asked for. */
  from: number;
  status: number;
}

const decoder = new TextDecoder();
/** IDF's log: level, milliseconds since boot, tag. Colours and carriage returns are not for here. */
const IDF_LINE = /^[EWIDV] \(\d+\) /;
const NOISE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m|\\r`, 'g');

/** Writes down what the server is asked and answers, and what the devices print. */
export class Logbook {
  readonly lines: LogLine[] = [];
  readonly downloads: DownloadSeen[] = [];
  readonly #world: World;
  readonly #partial = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    world.kernel.trace.listen((record) => this.#listen(record));
  }

  /** The same server, with every exchange written down. */
  around(server: ExchangeFunction): ExchangeFunction {
    return async (request, caller) => {
      const asked = await describeRequest(request.clone());
      try {
        const answer = await server(request, caller);
        const said = isWireScript(answer)
          ? statusOf(wireBytes(answer))
          : await describeAnswer(webResponse(answer).clone());
        this.#asked(request, caller, asked, said);
        return answer;
      } catch (error) {
        this.#asked(request, caller, asked, 'no answer');
        throw error;
      }
    };
  }

  /** Lines of one device, or of all, from `since` on. */
  of(device: string | undefined, since = 0): LogLine[] {
    return this.lines.filter(
      (line) => line.time >= since && (device === undefined || line.device === device),
    );
  }

  #asked(request: Request, { device }: ServiceCaller, asked: string, said: string): void {
    const time = this.#world.kernel.now;
    this.lines.push({ time, side: 'server', device, text: `${asked} → ${said}` });
    const firmware = /\/download\/(\d+)/.exec(request.url)?.[1];
    if (!firmware) return;
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.get('range') ?? '')?.[1] ?? 0);
    const status = Number.parseInt(said, 10) || 0;
    this.downloads.push({ time, device, firmware: Number(firmware), from, status });
  }

  #listen({ time, board, kind, data }: TraceRecord): void {
    if (kind !== 'uart' || typeof data === 'string') return;
    const text = (this.#partial.get(board) ?? '') + decoder.decode(data).replace(NOISE, '');
    const lines = text.split('\n');
    this.#partial.set(board, lines.pop()!);
    for (const line of lines) {
      if (line.trim() === '') continue;
      this.lines.push({ time, side: 'device', device: board, text: line });
    }
  }
}

/** A device's line without its level and uptime, where it is one of ESP-IDF's log. */
export function plainLine(text: string): string {
  return text.replace(IDF_LINE, '');
}

async function describeRequest(request: Request): Promise<string> {
  const { pathname } = new URL(request.url);
  const path = pathname.replace('/api/ota', '');
  const range = request.headers.get('range');
  if (request.method !== 'POST') return `${request.method} ${path}${range ? ` ${range}` : ''}`;
  const body = (await request.json().catch(() => ({}))) as Record<string, unknown>;
  const what = body.status ?? body.current_version;
  const why = body.error_message ? `: ${body.error_message}` : '';
  return `POST ${path}${what === undefined ? '' : ` ${what}${why}`}`;
}

async function describeAnswer(answer: Response): Promise<string> {
  const { status } = answer;
  if (!/json/.test(answer.headers.get('content-type') ?? '')) return String(status);
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (body.update_available === true) return `${status} offers ${body.version}`;
  if (body.update_available === false) return `${status} nothing newer`;
  return typeof body.detail === 'string' ? `${status} ${body.detail}` : String(status);
}

const statusOf = (bytes: Uint8Array): string =>
  /^HTTP\/1\.\d (\d+)/.exec(decoder.decode(bytes.subarray(0, 32)))?.[1] ?? 'broken off';
