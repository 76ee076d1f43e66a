/** Frames made of almost the right things, for every handler: nothing throws, nothing grows, the node lives on. More in test/fuzz. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HANDLERS, traffic } from './testing/hostile.ts';
import { faultAfter, HONEST, Sink, victim } from './testing/victim.ts';
import { encodeFrame } from './text.ts';

fc.configureGlobal({ seed: 156 });

it.each(Object.keys(HANDLERS))('survives any traffic for %s, and so do its other links', (name) => {
  fc.assert(
    fc.property(traffic(name), (messages) => {
      const node = victim();
      for (const [link, text] of messages) node.mesh.onData(node.links[link]!, encodeFrame(text));
      expect(faultAfter(node)).toBeUndefined();
    }),
    { numRuns: 100 },
  );
});

it('keeps bounded memory over a long run of accepted and dropped links', () => {
  const { mesh, run } = victim();
  for (let i = 0; i < 2000; i++) {
    const link = new Sink(i);
    mesh.onAccepted(link);
    mesh.onData(link, encodeFrame(`{"nodeId":${100 + i},"type":5,"dest":0,"from":1}`));
    run(4);
    mesh.onClosed(link);
    run(4);
  }
  expect(mesh.getNodeList()).toEqual([HONEST]);
  expect(mesh.chainLength()).toBeLessThan(40);
});

it('the check itself notices a neighbour that was hurt', () => {
  const cut = victim();
  cut.mesh.onClosed(cut.honest);
  expect(faultAfter(cut)).toMatch(/link of another neighbour was closed/);
  const stopped = victim();
  stopped.mesh.stop();
  expect(faultAfter(stopped)).toMatch(/./);
});
