import fc from 'fast-check';
import { HANDLERS, traffic } from '../../../simulator/mesh/testing/hostile.ts';
import { faultAfter, HONEST, MD5, victim } from '../../../simulator/mesh/testing/victim.ts';
import { encodeFrame } from '../../../simulator/mesh/text.ts';
import { utf8 } from '../../../tools/formats/bytes.ts';
import { espCrc32 } from '../../../tools/formats/crc.ts';
import type { FuzzTarget } from '../target.ts';

const stream = (...frames: string[]): Uint8Array =>
  utf8(frames.map((text) => `${text}\0`).join(''));
const offer = `"md5":"${MD5}","hardware":"ESP32","role":"pir"`;
const hello = (type: number, subs = '') => `{"nodeId":2${subs},"type":${type},"dest":1,"from":2}`;

/** What a link sends that behaves, for each type. */
const SEEDS = [
  stream(
    hello(5),
    '{"type":3,"dest":1,"from":2,"msg":{"type":1,"t0":5}}',
    '{"type":3,"dest":1,"from":2,"msg":{"type":2,"t0":5,"t1":6,"t2":700}}',
  ),
  stream(
    hello(6),
    '{"type":4,"dest":1,"from":2,"msg":{"type":0}}',
    '{"type":4,"dest":1,"from":2,"msg":{"type":2,"t0":5,"t1":6,"t2":700}}',
  ),
  stream(
    hello(5, ',"root":true,"subs":[{"nodeId":5,"subs":[{"nodeId":6}]},{"nodeId":7}]'),
    hello(6),
  ),
  stream(
    hello(5),
    '{"type":8,"dest":0,"from":2,"msg":"to all"}',
    '{"type":9,"dest":1,"from":2,"msg":"a \\"word\\""}',
    `{"type":9,"dest":${HONEST},"from":2,"msg":"x"}`,
  ),
  stream(
    hello(5),
    `{"from":2,"routing":2,"type":10,${offer},"noPart":2}`,
    `{"from":2,"routing":1,"type":12,${offer},"noPart":2,"dest":1,"partNo":0,"data":"AAECAwQFBgc="}`,
  ),
  stream(
    hello(5),
    `{"from":2,"routing":1,"type":11,${offer},"forced":false,"noPart":2,"dest":1,"partNo":1}`,
  ),
  stream(
    hello(5),
    '{"routing":2,"type":13,"id":3,"time":77,"stability":900,"freeMemory":200000,"hardware":"ESP32","from":2}',
    '{"routing":1,"type":14,"from":2,"dest":1,"log":"x"}',
  ),
  stream(
    hello(5),
    '{"type":20,"routing":1,"dest":1,"from":2,"deg":21.5}',
    '{"type":21,"routing":2,"from":2,"list":[1,2.5,-3e9,null]}',
  ),
];
const TOKENS = [
  '\0',
  '{',
  '}',
  '[',
  ']',
  ',"subs":[',
  '"nodeId":',
  `"nodeId":${HONEST}`,
  '"type":',
  '"dest":',
  '"routing":',
  '"msg":',
  '4294967295',
  '4294967296',
  '-1',
  '1e999',
  'null',
  '"\\u0000"',
  '\\ud800',
  '[[[[[[[[',
  '"noPart":',
  '"partNo":',
  '==',
].map(utf8);

/** A node is built for each input, and lives for a fifth of a second. */
const memory = { perByte: 4000, fixed: 4 << 20 };

/** Fails where the node is hurt: by what it throws, keeps, or does to its other links. */
function check(node: ReturnType<typeof victim>): void {
  const fault = faultAfter(node);
  if (fault) throw new Error(fault);
}

const handlers = Object.keys(HANDLERS).map(traffic);

export const MESH_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'mesh-stream',
    seeds: SEEDS,
    tokens: TOKENS,
    memory,
    run(input) {
      const node = victim();
      // Cut into segments as TCP may; where is decided by the bytes themselves.
      for (let at = 0; at < input.length; ) {
        const end = at + 1 + (input[at]! % 90);
        node.mesh.onData(node.links[0]!, input.subarray(at, end));
        at = end;
      }
      node.mesh.onData(node.links[0]!, Uint8Array.of(0));
      check(node);
    },
  },
  {
    // Traffic of almost the right things for one handler after another: the input only says which.
    name: 'mesh-handlers',
    seeds: [utf8('0123'), utf8('4567')],
    memory,
    run(input) {
      const seed = espCrc32(input);
      const [messages] = fc.sample(handlers[seed % handlers.length]!, {
        seed: seed | 0,
        numRuns: 1,
      });
      const node = victim();
      for (const [link, text] of messages!) node.mesh.onData(node.links[link]!, encodeFrame(text));
      check(node);
    },
  },
];
