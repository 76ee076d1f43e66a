import { parentPort, workerData } from 'node:worker_threads';
import type { BindingPortInterface } from '@serialport/bindings-interface';
import { SerialBench } from './bench.ts';
import type { WorkerAnswer, WorkerEvent, WorkerRequest, WorkerStart } from './worker-messages.ts';

/** The other side of a SerialWorker: the boards, and their ports as messages. */
const bench = SerialBench.open((workerData as WorkerStart).options);
const ports = new Map<string, BindingPortInterface>();
const READ_SIZE = 65_536;

parentPort!.on('message', async ({ id, request }: { id: number; request: WorkerRequest }) => {
  try {
    post({ id, value: await answer(request) });
  } catch (error) {
    post({ id, error: described(error) });
  }
  if (request.do === 'end') parentPort!.close();
});

async function answer(request: WorkerRequest): Promise<unknown> {
  switch (request.do) {
    case 'list':
      return bench.binding.list();
    case 'open':
      return open(request.path, request.baudRate);
    case 'close':
      return close(request.path);
    case 'write':
      return port(request.path).write(Buffer.from(request.data));
    case 'update':
      return port(request.path).update({ baudRate: request.baudRate });
    case 'set':
      return port(request.path).set(request.lines);
    case 'flush':
      return port(request.path).flush();
    case 'drain':
      return port(request.path).drain();
    case 'flash':
      return bench.flash(request.name);
    case 'load':
      return bench.soon(() => load(request.name, request.flash));
    case 'wire':
      return bench.soon(() => bench.port(request.name).counted);
    case 'faults':
      return bench.soon(() => {
        bench.port(request.name).faults = request.faults;
      });
    case 'plug':
      return bench.soon(() => {
        const connector = bench.port(request.name);
        if (request.plugged) connector.plug();
        else connector.unplug();
      });
    case 'end':
      return bench.close();
  }
}

function port(path: string): BindingPortInterface {
  const open = ports.get(path);
  if (!open) throw Object.assign(new Error('the port is not open'), { canceled: true });
  return open;
}

async function open(path: string, baudRate: number): Promise<void> {
  const opened = await bench.binding.open({ path, baudRate });
  ports.set(path, opened);
  void pump(path, opened);
}

/** Sends on what comes, until the port ends. */
async function pump(path: string, from: BindingPortInterface): Promise<void> {
  const buffer = Buffer.alloc(READ_SIZE);
  try {
    for (;;) {
      const { bytesRead } = await from.read(buffer, 0, READ_SIZE);
      tell({ path, data: Uint8Array.from(buffer.subarray(0, bytesRead)) });
    }
  } catch (error) {
    tell({ path, lost: described(error) });
  }
}

async function close(path: string): Promise<void> {
  const open = port(path);
  ports.delete(path);
  await open.close();
}

/** Puts bytes into flash as they are, without a loader. */
function load(name: string, bytes: Uint8Array): void {
  const { flash } = bench.board(name);
  flash.erase(0, flash.size);
  flash.write(0, bytes);
}

function described(error: unknown): { message: string; canceled: boolean } {
  const { message, canceled } = error as Error & { canceled?: boolean };
  return { message, canceled: canceled ?? false };
}

const post = (message: WorkerAnswer) => parentPort!.postMessage(message);
const tell = (event: WorkerEvent) => parentPort!.postMessage(event);
