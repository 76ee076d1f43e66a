/** The performance plugin (src/plugin/performance.hpp): nodes tell each other how they fare, type 13, broadcast. */
import { asInt32, asString, asUint32 } from './json-read.ts';
import { type JsonValue, member } from './json-value.ts';
import { quote } from './json-write.ts';
import type { MeshNode } from './node.ts';
import { ROUTING, TYPE } from './protocol.ts';
import { broadcast } from './routing.ts';
import { FOREVER, MINUTE, SECOND } from './tasks.ts';
import { listNodes } from './tree.ts';

export interface PerformanceReport {
  from: number;
  /** Counts up by one a report: gaps are lost reports. */
  id: number;
  /** The sender's mesh clock, µs, as int32. */
  time: number;
  /** 0..1000 */
  stability: number;
  /** Free heap, bytes. */
  freeMemory: number;
  hardware: string;
}

/** A mean that forgets (a tenth is new each time), and the variance around it. */
export interface Average {
  mean: number;
  variance: number;
}

/** What one node knows of another. */
export interface PerformanceTrack {
  nodeId: number;
  hardware: string;
  hits: number;
  misses: number;
  lastId: number;
  /** One way, ms, as the two mesh clocks agree. */
  delay: Average;
  stability: Average;
  freeMemory: Average;
  /** Minutes in which the node was in the layout, or was not. */
  present: number;
  absent: number;
}

const ALPHA = 0.1;

export function readPerformance(frame: JsonValue): PerformanceReport {
  return {
    from: asUint32(member(frame, 'from')),
    id: asInt32(member(frame, 'id')),
    time: asInt32(member(frame, 'time')),
    stability: asInt32(member(frame, 'stability')),
    freeMemory: asInt32(member(frame, 'freeMemory')),
    hardware: asString(member(frame, 'hardware')),
  };
}

export function printPerformance(report: PerformanceReport): string {
  const { from, id, time, stability, freeMemory, hardware } = report;
  return (
    `{"from":${from},"routing":${ROUTING.BROADCAST},"type":${TYPE.PERFORMANCE},"id":${id},"time":${time}` +
    `,"stability":${stability},"freeMemory":${freeMemory},"hardware":${quote(hardware)}}`
  );
}

function update(average: Average | undefined, value: number): Average {
  if (!average) return { mean: value, variance: 0 };
  const step = value - average.mean;
  return {
    mean: average.mean + ALPHA * step,
    variance: (1 - ALPHA) * (average.variance + ALPHA * step * step),
  };
}

/** `performance::begin`: reports every `seconds`, hears everybody's. What is known is in the map returned, by node id. */
export function beginPerformance(
  node: MeshNode,
  seconds: number,
  freeMemory: () => number,
): Map<number, PerformanceTrack> {
  const tracks = new Map<number, PerformanceTrack>();
  node.onPackage(TYPE.PERFORMANCE, (frame) => {
    const report = readPerformance(frame);
    tracks.set(report.from, heard(tracks.get(report.from), report, node.nodeTime()));
  });
  let id = 0;
  node.pool.add(seconds * SECOND, FOREVER, () => {
    id = (id + 1) | 0;
    const { nodeId: from, stability, settings } = node;
    const time = node.nodeTime() | 0;
    const report = { from, id, time, stability, freeMemory: freeMemory() | 0 };
    broadcast(node, printPerformance({ ...report, hardware: settings.hardware }), 0);
  });
  node.pool.add(MINUTE, FOREVER, () => {
    const there = new Set(listNodes(node.tree(), false));
    for (const track of tracks.values()) track[there.has(track.nodeId) ? 'present' : 'absent']++;
  });
  return tracks;
}

function heard(
  known: PerformanceTrack | undefined,
  report: PerformanceReport,
  nodeTime: number,
): PerformanceTrack {
  const lastId = known?.lastId ?? (report.id > 0 ? report.id - 1 : 0);
  const restarted = report.id < lastId;
  return {
    nodeId: report.from,
    hardware: report.hardware,
    hits: (known?.hits ?? 0) + 1,
    misses: (known?.misses ?? 0) + (restarted ? 0 : report.id - lastId - 1),
    lastId: report.id,
    delay: update(known?.delay, Math.trunc(((nodeTime - report.time) | 0) / 1000)),
    stability: update(known?.stability, report.stability),
    freeMemory: update(known?.freeMemory, report.freeMemory),
    present: known?.present ?? 0,
    absent: known?.absent ?? 0,
  };
}
