import { type WireScript, wireActs } from '../../tools/formats/wire-script.ts';

/** What a script is played on. */
export interface WireSink {
  /** Resolves when the bytes were taken, or never will be. */
  write(bytes: Uint8Array): Promise<void>;
  /** The connection stays for the next request, if the client wanted that. */
  keep(): void;
  /** Ends the connection in order. */
  fin(): void;
  /** Breaks it. */
  rst(): void;
  /** Aborted when the peer has gone. */
  gone: AbortSignal;
}

/** So long the bytes before a reset have to be on their way: those that the kernel still holds would be lost with it. */
const RESET_AFTER_MS = 20;

/** Plays a script in real time; resolves when it has ended, for `stall` only when the peer has gone. */
export async function play(script: WireScript, sink: WireSink): Promise<void> {
  let written = false;
  for (const act of wireActs(script)) {
    if (sink.gone.aborted) return;
    if (act.do === 'wait') await sleep(act.ms, sink.gone);
    else await sink.write(act.bytes);
    written ||= act.do === 'write';
  }
  if (sink.gone.aborted) return;
  if (script.end === 'keep') sink.keep();
  else if (script.end === 'fin') sink.fin();
  else if (script.end === 'stall') await untilAborted(sink.gone);
  else {
    if (written) await sleep(RESET_AFTER_MS, sink.gone);
    sink.rst();
  }
}

function sleep(ms: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      gone.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    gone.addEventListener('abort', end);
    if (gone.aborted) end();
  });
}

function untilAborted(gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) resolve();
    else gone.addEventListener('abort', () => resolve(), { once: true });
  });
}
