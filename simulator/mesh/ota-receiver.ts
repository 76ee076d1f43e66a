/**
 * Taking an image (src/painlessmesh/ota.hpp `addReceivePackageCallback`), with the quirks that `versions.ts` names.
 * Nothing is ever reported to the sender.
 */
import { decodeBase64 } from './base64.ts';
import { JsonError, parseJson } from './json-parse.ts';
import { asString } from './json-read.ts';
import { type JsonValue, member } from './json-value.ts';
import { quote } from './json-write.ts';
import type { MeshNode } from './node.ts';
import {
  type Announce,
  type Data,
  type DataRequest,
  nextRequest,
  printDataRequest,
  readAnnounce,
  readData,
  requestFor,
} from './ota-packages.ts';
import { TYPE } from './protocol.ts';
import { sendTo } from './routing.ts';
import { ONCE, SECOND, type Task } from './tasks.ts';
import { decodeText, encodeText } from './text.ts';
import { LOG, type Steps } from './types.ts';
import type { Quirks } from './versions.ts';

/** The receiver's only memory: what it was last updated to. */
export const STATE_FILE = '/ota_fw.json';
const REQUEST_INTERVAL = 30 * SECOND;
const REQUESTS = 10;
const RESTART_DELAY = 2 * SECOND;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export function addOtaReceiver(node: MeshNode, role: string): void {
  const receiver = new OtaReceiver(node, role);
  node.onPackage(TYPE.OTA_ANNOUNCE, (frame) =>
    receiver.announced(readAnnounce(frame, node.settings.quirks)),
  );
  node.onPackage(TYPE.OTA_DATA, (frame) =>
    receiver.received(readData(frame, node.settings.quirks)),
  );
}

class OtaReceiver {
  private readonly node: MeshNode;
  private readonly role: string;
  /** What runs, as far as the state file knows. */
  private readonly currentMd5: string;
  /** What is being fetched; "" when nothing. */
  private md5 = '';
  private partNo = 0;
  private broadcasted = false;
  /** The root fetches `md5` for all: this node asks nobody. */
  private passive = false;
  private compressed = false;
  private finished = false;
  private task: Task | undefined;
  private readonly quirks: Quirks;

  constructor(node: MeshNode, role: string) {
    this.node = node;
    this.quirks = node.settings.quirks;
    this.role = role;
    this.currentMd5 = this.readState();
  }

  announced(pkg: Announce): void {
    if (!this.fits(pkg) || !this.wants(pkg)) return;
    if (!this.quirks.partKeptOnNewAnnounce && pkg.md5 !== this.md5) this.partNo = 0;
    this.md5 = pkg.md5;
    this.broadcasted = pkg.broadcasted ?? false;
    this.compressed = pkg.compressed ?? false;
    this.passive = this.broadcasted && !this.node.root;
    this.finished = false;
    if (this.passive) return;
    this.startRequests(requestFor(pkg, this.node.nodeId, this.partNo));
  }

  *received(pkg: Data): Steps {
    if (pkg.md5 !== this.md5 || !this.fits(pkg)) return;
    if (this.finished && !this.quirks.lastPartTwice) return;
    if (pkg.partNo !== this.partNo) {
      this.outOfSequence(pkg);
      return;
    }
    if (!this.quirks.uncheckedBase64 && !BASE64.test(pkg.data)) return; // it is asked for again
    yield { kind: 'otaProgress', part: pkg.partNo | 0, parts: pkg.noPart | 0 };
    if (pkg.partNo === 0) this.beginUpdate(pkg.md5);
    if (!this.writePart(pkg)) return;
    if (pkg.partNo === (pkg.noPart - 1) >>> 0) this.finish();
    else this.requestNext(pkg);
  }

  /** Whether it is another image than the one that runs, and than the one being fetched. */
  private wants(pkg: Announce): boolean {
    if (pkg.md5 === this.md5) {
      return !this.quirks.deafAfterBroadcast && this.passive && !pkg.broadcasted;
    }
    if (pkg.md5 !== this.currentMd5) return true;
    return pkg.forced && this.quirks.forcedEveryAnnounce;
  }

  private fits(pkg: Announce): boolean {
    return pkg.role === this.role && pkg.hardware === this.node.settings.hardware;
  }

  private beginUpdate(md5: string): void {
    const { update } = this.node.ports;
    if (update.isRunning()) update.end(false);
    if (update.begin()) {
      update.setMD5(md5);
    } else {
      this.node.log(LOG.DEBUG, () => `OTA cannot start: ${update.errorString()}`);
      update.end(false);
    }
  }

  private writePart(pkg: Data): boolean {
    const { update } = this.node.ports;
    const bytes = decodeBase64(pkg.data);
    if (update.write(bytes) === bytes.length) return true;
    this.node.log(LOG.ERROR, () => `OTA write failed: ${update.errorString()}`);
    update.end(false);
    this.md5 = '';
    this.partNo = 0;
    if (!this.quirks.zombieRequests) this.stopRequests();
    return false;
  }

  private requestNext(pkg: Data): void {
    this.partNo = (this.partNo + 1) >>> 0;
    if (!this.task) return;
    const text = printDataRequest(nextRequest(pkg, this.partNo));
    this.task.callback = () => this.sendRequest(text, pkg.from);
    this.task.restart();
  }

  private finish(): void {
    const { update } = this.node.ports;
    if (update.end(true)) {
      this.finished = true;
      this.writeState();
      const restart = this.node.pool.add(RESTART_DELAY, ONCE, function* () {
        yield { kind: 'restart' };
      });
      restart.enableDelayed();
    } else {
      this.node.log(LOG.DEBUG, () => `OTA failed: ${update.errorString()}`);
      this.md5 = '';
      this.partNo = 0;
    }
    this.stopRequests();
  }

  private stopRequests(): void {
    if (!this.task) return;
    this.task.onDisable = undefined;
    this.task.disable();
  }

  /** A part is missing from a broadcasted transfer: fetch the rest alone. */
  private outOfSequence(pkg: Data): void {
    if (!this.broadcasted || !pkg.broadcasted) return;
    this.broadcasted = false;
    this.passive = false;
    this.startRequests({ ...nextRequest(pkg, this.partNo), broadcasted: false });
  }

  /** Ask now and every 30 s, ten times. An older task is only let go of, not stopped. */
  private startRequests(request: DataRequest): void {
    if (!this.quirks.zombieRequests) this.stopRequests();
    const text = printDataRequest(request);
    const task = this.node.pool.add(REQUEST_INTERVAL, REQUESTS, () =>
      this.sendRequest(text, request.dest),
    );
    task.held = true;
    task.onDisable = () => {
      this.node.log(LOG.ERROR, () => 'OTA: the requested data never came');
      this.md5 = '';
      if (!this.quirks.partKeptWhenGivenUp) this.partNo = 0;
    };
    if (this.task) this.task.held = false;
    this.task = task;
  }

  private sendRequest(text: string, dest: number): void {
    sendTo(this.node, text, dest);
  }

  private readState(): string {
    const bytes = this.node.ports.files.read(STATE_FILE);
    if (!bytes) return '';
    const state = parseState(decodeText(bytes));
    const fits =
      asString(member(state, 'role')) === this.role &&
      asString(member(state, 'hardware')) === this.node.settings.hardware;
    return fits ? asString(member(state, 'md5')) : '';
  }

  private writeState(): void {
    const { broadcastedFlag, compressedFlag } = this.quirks;
    const flags =
      (broadcastedFlag ? `,"broadcasted":${this.broadcasted}` : '') +
      (compressedFlag ? `,"compressed":${this.compressed}` : '');
    const text =
      `{"role":${quote(this.role)},"md5":${quote(this.md5)}` +
      `,"hardware":${quote(this.node.settings.hardware)}${flags}}`;
    if (!this.node.ports.files.write(STATE_FILE, encodeText(text))) {
      this.node.log(
        LOG.ERROR,
        () => `${STATE_FILE} cannot be written: this image will be taken again`,
      );
    }
  }
}

function parseState(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) return null;
    throw error;
  }
}
