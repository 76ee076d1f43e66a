import { Kernel } from '../../../kernel/kernel.ts';
import { type ChipModel, chipModel } from '../../chip-model.ts';
import { NorFlash } from '../../nor-flash.ts';
import { Uart } from '../../uart.ts';
import { type ConnectedBoard, type ConnectorOptions, SerialConnector } from '../connector.ts';
import { LoaderClient } from './loader-client.ts';

/** A board that does what a connector asks of one, and writes down what that was. Its app does nothing. */
export class FakeBoard implements ConnectedBoard {
  readonly kernel = new Kernel('1');
  readonly name = 'board';
  readonly index = 0;
  readonly mac = Uint8Array.of(0x24, 0x6f, 0x28, 0x01, 0x02, 0x03);
  readonly chip: ChipModel;
  readonly flash: NorFlash;
  readonly uart = new Uart();
  readonly done: string[] = [];
  state: 'off' | 'held' | 'running' | 'loader' = 'off';
  readonly connector: SerialConnector;
  #spent = 0;

  constructor(chip: string, options?: ConnectorOptions, flashBytes = 4 << 20) {
    this.chip = chipModel(chip);
    this.flash = new NorFlash(flashBytes);
    this.flash.hooks.busy = (us) => (this.#spent += us);
    this.connector = new SerialConnector(this, options);
    this.powerOn();
  }

  powerOn(): void {
    this.#start('power');
  }

  cutPower(): void {
    this.#stop('off');
    this.state = 'off';
  }

  holdReset(): void {
    this.#stop('held');
    this.state = 'held';
  }

  pressReset(): void {
    this.#start('reset');
  }

  watchdogReset(): void {
    this.#start('watchdog');
  }

  restart(): void {
    this.#start('restart');
  }

  brownOut(): void {
    this.#start('brown-out');
  }

  bootApp(): void {
    this.#stop('app');
    this.state = 'running';
  }

  work(run: () => void): number {
    this.#spent = 0;
    run();
    return this.#spent;
  }

  #start(why: string): void {
    this.#stop(why);
    this.state = this.connector.loaderAsked(why !== 'restart') ? 'loader' : 'running';
    if (this.state === 'loader') this.connector.startLoader();
  }

  #stop(why: string): void {
    this.done.push(why);
    this.connector.stopped();
  }
}

/** A board whose loader waits, and a client at its port. */
export async function atLoader(
  chip = 'esp32',
  options: ConnectorOptions = { paced: false },
  flashBytes?: number,
): Promise<{ board: FakeBoard; client: LoaderClient }> {
  const board = new FakeBoard(chip, options, flashBytes);
  const client = new LoaderClient(board.kernel, board.connector);
  await client.reset();
  return { board, client };
}

/** The same, with the stub running. */
export async function atStub(chip?: string, options?: ConnectorOptions, flashBytes?: number) {
  const place = await atLoader(chip, options, flashBytes);
  await place.client.sync();
  await place.client.startStub();
  return place;
}
