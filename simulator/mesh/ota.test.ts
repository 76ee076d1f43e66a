/** The OTA plugin between engines: what works, and the quirks of 1.5.6 that developers will meet. */
import { describe, expect, it } from 'vitest';
import { byHand, chain, makeImage, md5Of, offer, PART, partsOf, serve } from './testing/ota-net.ts';
import { of, TestNet } from './testing/testnet.ts';

describe('an update', () => {
  it('goes over three hops byte-identical, with progress and a restart 2 s later', () => {
    const { net, gateway, nodes } = chain('led', 'led', 'pir');
    const image = makeImage(1, 20 * PART - 300);
    serve(gateway, image);
    offer(gateway, image);
    net.run(10_000);
    const far = nodes[2]!;
    expect(far.ports.update.taken).toEqual([image]);
    const progress = of(far, 'otaProgress');
    expect(progress.map(({ part }) => part)).toEqual([...Array(20).keys()]);
    const [restart] = of(far, 'restart');
    expect(restart!.atMs - progress.at(-1)!.atMs).toBeGreaterThanOrEqual(1999);
    expect(restart!.atMs - progress.at(-1)!.atMs).toBeLessThan(2010);
    expect(new TextDecoder().decode(far.ports.files.read('/ota_fw.json'))).toBe(
      `{"role":"pir","md5":"${md5Of(image)}","hardware":"ESP32","broadcasted":false}`,
    );
    for (const near of nodes.slice(0, 2)) expect(near.ports.update.calls).toEqual([]);
  });

  it.each([
    ['another role', { role: 'led' }],
    ['a role that only begins alike', { role: 'pir2' }],
  ])('for %s is not taken', (_, more) => {
    const { net, gateway, nodes } = chain('pir');
    const image = makeImage(2, 3000);
    serve(gateway, image);
    offer(gateway, image, more);
    net.run(70_000);
    expect(of(gateway, 'otaRequest')).toEqual([]);
    expect(nodes[0]!.ports.update.calls).toEqual([]);
  });

  it('for other hardware is not taken', () => {
    const { net, gateway, nodes } = chain('pir');
    gateway.mesh.offerOTA({ role: 'pir', hardware: 'ESP8266', md5: 'x', noPart: 1 });
    net.run(1000);
    expect(nodes[0]!.callbacks.filter(({ kind }) => kind === 'otaProgress')).toEqual([]);
    expect(of(gateway, 'otaRequest')).toEqual([]);
  });

  it('that the state file names already is not taken, unless forced', () => {
    const { net, gateway, nodes } = chain('other');
    const node = nodes[0]!;
    const image = makeImage(3, 3000);
    const state = `{"role":"pir","md5":"${md5Of(image)}","hardware":"ESP32"}`;
    node.ports.files.write('/ota_fw.json', new TextEncoder().encode(state));
    node.mesh.initOTAReceive('pir');
    serve(gateway, image);
    offer(gateway, image).disable();
    net.run(1000);
    const plain = offer(gateway, image);
    net.run(1000);
    expect(of(gateway, 'otaRequest')).toEqual([]);
    plain.disable();
    offer(gateway, image, { forced: true });
    net.run(3000);
    expect(node.ports.update.taken).toEqual([image]);
  });

  it('whose bytes do not match the md5 fails silently and starts again with each announce', () => {
    const { net, gateway, nodes } = chain('pir');
    const announced = makeImage(4, 2500);
    const served = makeImage(5, 2500);
    gateway.mesh.initOTASend(PART);
    gateway.onCallback = (callback) =>
      callback.kind === 'otaRequest'
        ? served.subarray(callback.request.partNo * PART, (callback.request.partNo + 1) * PART)
        : undefined;
    offer(gateway, announced);
    net.run(130_000);
    const node = nodes[0]!;
    expect(node.ports.update.calls.filter((call) => call === 'end true').length).toBe(3);
    expect(of(node, 'otaProgress').map(({ part }) => part)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
    expect(of(node, 'restart')).toEqual([]);
    expect(node.ports.files.read('/ota_fw.json')).toBeUndefined();
  });

  it('addressed to one node by a unicast announce is taken by that node alone', () => {
    const { net, gateway, nodes } = chain('pir', 'pir', 'pir');
    const image = makeImage(6, 3000);
    serve(gateway, image);
    const announce =
      `{"from":1,"routing":1,"type":10,"dest":3,"md5":"${md5Of(image)}"` +
      `,"hardware":"ESP32","role":"pir","noPart":${partsOf(image)},"broadcasted":false}`;
    expect(gateway.mesh.sendPackage(announce)).toBe(true);
    net.run(5000);
    expect(nodes.map((node) => node.ports.update.taken.length)).toEqual([0, 1, 0]);
  });
});

describe('the sender', () => {
  it('announces at once, then each minute, 60 times, and stops when told', () => {
    const net = new TestNet();
    const [a, b] = net.chain(1, 2);
    b!.mesh.subscribePackage(10);
    net.run(1000);
    const handle = a!.mesh.offerOTA({ role: 'r', hardware: 'h', md5: 'm', noPart: 1 });
    net.run(3 * 3_600_000);
    const at = of(b!, 'package').map(({ atMs }) => Math.round((atMs - 1000) / 1000));
    expect(at).toEqual(Array.from({ length: 60 }, (_, i) => i * 60));
    expect(handle.enabled).toBe(false);
    const second = a!.mesh.offerOTA({ role: 'r', hardware: 'h', md5: 'm2', noPart: 1 });
    net.run(1000);
    second.disable();
    net.run(120_000);
    expect(of(b!, 'package').length).toBe(61);
  });

  it('puts the announce on the wire in the order of the library, forced only when true', () => {
    const net = new TestNet();
    const [a, b] = net.chain(1, 2);
    b!.mesh.subscribePackage(10);
    net.run(1000);
    for (const forced of [false, true]) {
      a!.mesh.offerOTA({ role: 'r', hardware: 'h', md5: 'm', noPart: 3, forced });
      net.run(50);
    }
    expect(of(b!, 'package').map(({ json }) => json)).toEqual([
      '{"from":1,"routing":2,"type":10,"md5":"m","hardware":"h","role":"r","noPart":3,"broadcasted":false}',
      '{"from":1,"routing":2,"type":10,"md5":"m","hardware":"h","role":"r","forced":true,"noPart":3,"broadcasted":false}',
    ]);
  });

  it('sends nothing when the application has no bytes; the receiver asks ten times, 30 s apart', () => {
    const { net, gateway, nodes } = chain('pir');
    const image = makeImage(7, 3000);
    gateway.mesh.initOTASend(PART);
    offer(gateway, image).disable(); // disabled before its first run
    const handle = offer(gateway, image);
    net.run(500);
    handle.disable();
    net.run(400_000);
    const asked = of(gateway, 'otaRequest').map(({ atMs }) => Math.round((atMs - 2000) / 1000));
    expect(asked).toEqual([0, 30, 60, 90, 120, 150, 180, 210, 240, 270]);
    expect(nodes[0]!.ports.update.calls).toEqual([]);
  });

  it('with two handlers answers twice, the oldest first', () => {
    const { net, gateway, nodes } = chain('pir');
    const old = makeImage(8, 900);
    const fresh = makeImage(9, 900);
    const handlers = [gateway.mesh.initOTASend(PART), gateway.mesh.initOTASend(PART)];
    gateway.onCallback = (callback) =>
      callback.kind === 'otaRequest' ? (callback.handler === handlers[0] ? old : fresh) : undefined;
    offer(gateway, fresh);
    net.run(5000);
    expect(of(gateway, 'otaRequest').map(({ handler }) => handler)).toEqual(handlers);
    expect(nodes[0]!.ports.update.taken).toEqual([]);
  });

  it('cuts an answer longer than a part', () => {
    const { net, gateway, nodes } = chain('pir');
    gateway.mesh.initOTASend(PART);
    gateway.onCallback = (callback) =>
      callback.kind === 'otaRequest' ? makeImage(1, PART + 5) : undefined;
    offer(gateway, makeImage(1, PART));
    net.run(4000);
    expect(nodes[0]!.ports.update.taken).toEqual([makeImage(1, PART)]);
  });
});

describe('quirks of the receiver (1.5.6)', () => {
  it('resumes at the old part when another md5 is announced mid-transfer', () => {
    const { net, announce, data, asked } = byHand();
    announce('a', 4);
    net.run(20);
    data('a', 4, 0, new Uint8Array(3));
    net.run(20);
    announce('b', 4);
    net.run(20);
    expect(asked().map(({ md5, partNo }) => `${md5}${partNo}`)).toEqual(['a0', 'a1', 'b1']);
  });

  it('keeps the old request task alive beside the new one', () => {
    const { net, announce, asked } = byHand();
    announce('a', 4);
    net.run(1000);
    announce('b', 4);
    net.run(35_000);
    expect(asked().map(({ md5 }) => md5)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('lets a dying old task end a healthy transfer', () => {
    const { net, node, announce, data } = byHand();
    announce('a', 4);
    net.run(1000);
    announce('b', 4);
    net.run(20);
    data('b', 4, 0, new Uint8Array(3));
    net.run(271_000); // the tenth request of the first task was at +270 s
    data('b', 4, 1, new Uint8Array(3));
    net.run(20);
    expect(of(node, 'otaProgress').map(({ part }) => part)).toEqual([0]);
  });

  it('resumes at the part it had reached when requests ran out', () => {
    const { net, announce, data, asked } = byHand();
    announce('a', 4);
    net.run(20);
    data('a', 4, 0, new Uint8Array(3));
    net.run(280_000);
    announce('a', 4);
    net.run(20);
    const parts = asked().map(({ partNo }) => partNo);
    expect(parts).toEqual([0, ...Array(10).fill(1), 1]);
  });

  it('ignores stale, repeated and early parts', () => {
    const { net, node, announce, data } = byHand();
    announce('a', 4);
    net.run(20);
    for (const part of [1, 0, 0, 3]) {
      data('a', 4, part, new Uint8Array(3));
      net.run(20);
    }
    expect(of(node, 'otaProgress').map(({ part }) => part)).toEqual([0]);
  });

  it('logs a failed write for a repeat of the last part, after success', () => {
    const { net, node, announce, data } = byHand();
    node.mesh.setDebugMsgTypes(1);
    const image = new Uint8Array([0xe9, 1, 2, 3]);
    announce(md5Of(image), 2);
    net.run(20);
    data(md5Of(image), 2, 0, image.subarray(0, 3));
    net.run(20);
    data(md5Of(image), 2, 1, image.subarray(3));
    net.run(20);
    expect(node.ports.update.taken).toEqual([image]);
    expect(node.ports.lines).toEqual([]);
    data(md5Of(image), 2, 1, image.subarray(3));
    net.run(20);
    expect(node.ports.lines.some((line) => line.includes('OTA write failed'))).toBe(true);
  });

  it('a write that fails starts over at the next announce', () => {
    const { net, node, announce, data, asked } = byHand();
    node.ports.update.capacity = 4;
    announce('a', 4);
    net.run(20);
    data('a', 4, 0, new Uint8Array(3));
    net.run(20);
    data('a', 4, 1, new Uint8Array(3));
    net.run(20);
    announce('a', 4);
    net.run(20);
    expect(asked().map(({ partNo }) => partNo)).toEqual([0, 1, 0]);
  });

  it('a broadcasted announce is asked for by the root only, and blocks later unicast ones', () => {
    const { net, announce, asked } = byHand();
    announce('a', 4, ',"broadcasted":true');
    net.run(20);
    announce('a', 4);
    net.run(20);
    expect(asked()).toEqual([]);
  });

  it('a root asks for a broadcasted image', () => {
    const { net, node, announce, asked } = byHand();
    node.mesh.setRoot();
    announce('a', 4, ',"broadcasted":true');
    net.run(20);
    expect(asked()).toMatchObject([{ md5: 'a', partNo: 0, broadcasted: true }]);
  });

  it('reads missing strings as "null" and missing numbers as 0', () => {
    const { net, gateway, nodes } = chain('null');
    gateway.mesh.subscribePackage(11);
    const node = nodes[0]!;
    const announce = '{"from":1,"routing":2,"type":10,"hardware":"ESP32"}';
    gateway.mesh.sendPackage(announce);
    net.run(20);
    expect(of(gateway, 'package').map(({ json }) => json)).toEqual([
      '{"from":2,"routing":1,"type":11,"md5":"null","hardware":"ESP32","role":"null","noPart":0,"broadcasted":false,"dest":1,"partNo":0}',
    ]);
    expect(node.ports.update.calls).toEqual([]);
  });

  it('forced flashes at every announce, md5 or not', () => {
    const { net, gateway, nodes } = chain('pir');
    const node = nodes[0]!;
    const image = makeImage(12, 500);
    serve(gateway, image);
    offer(gateway, image, { forced: true });
    net.run(1000);
    expect(node.ports.update.taken.length).toBe(1);
    // The board would restart here; the state file alone does not stop the next forced announce.
    node.mesh.stop();
    node.mesh.init({ ssid: 'mesh', password: 'password', mode: 'ap' });
    node.mesh.initOTAReceive('pir');
    net.link(node, gateway);
    net.run(60_000);
    expect(node.ports.update.taken.length).toBe(2);
  });

  it('says when the state file cannot be written', () => {
    const { net, gateway, nodes } = chain('pir');
    const node = nodes[0]!;
    node.ports.files.full = true;
    node.mesh.setDebugMsgTypes(1);
    const image = makeImage(13, 100);
    serve(gateway, image);
    offer(gateway, image);
    net.run(3000);
    expect(node.ports.lines.some((line) => line.includes('/ota_fw.json'))).toBe(true);
    expect(of(node, 'restart').length).toBe(1);
  });
});
