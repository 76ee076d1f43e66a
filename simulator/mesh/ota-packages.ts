/** The OTA plugin's packages (src/painlessmesh/ota.hpp): each one carries all fields of the one before. */
import { asBoolean, asInt32, asString, asUint32 } from './json-read.ts';
import { type JsonValue, member } from './json-value.ts';
import { quote } from './json-write.ts';
import { ROUTING, TYPE } from './protocol.ts';
import type { Quirks } from './versions.ts';

/** Type 10: an image that may be had from `from`. */
export interface Announce {
  from: number;
  routing: number;
  md5: string;
  hardware: string;
  role: string;
  forced: boolean;
  /** Parts in the image; their size is not on the wire. */
  noPart: number;
  /** Missing from 1.5.3 and older. */
  broadcasted?: boolean;
  /** Of the Alteriom fork. */
  compressed?: boolean;
}

/** Type 11: part `partNo` is wanted from `dest`. */
export interface DataRequest extends Announce {
  dest: number;
  partNo: number;
}

/** Type 12: the part's bytes in base64. */
export interface Data extends DataRequest {
  data: string;
}

/** Missing strings read as "null" where the library does so, missing numbers as 0. */
export function readAnnounce(frame: JsonValue, quirks: Quirks): Announce {
  const flag = (name: string) => {
    const field = member(frame, name);
    return typeof field === 'boolean' && asBoolean(field);
  };
  const announce: Announce = {
    from: asUint32(member(frame, 'from')),
    routing: asInt32(member(frame, 'routing')),
    md5: text(frame, 'md5', quirks),
    hardware: text(frame, 'hardware', quirks),
    role: text(frame, 'role', quirks),
    forced: flag('forced'),
    noPart: asUint32(member(frame, 'noPart')),
  };
  if (quirks.broadcastedFlag) announce.broadcasted = flag('broadcasted');
  if (quirks.compressedFlag) announce.compressed = flag('compressed');
  return announce;
}

export function readDataRequest(frame: JsonValue, quirks: Quirks): DataRequest {
  return {
    ...readAnnounce(frame, quirks),
    dest: asUint32(member(frame, 'dest')),
    partNo: asUint32(member(frame, 'partNo')),
  };
}

export function readData(frame: JsonValue, quirks: Quirks): Data {
  return { ...readDataRequest(frame, quirks), data: text(frame, 'data', quirks) };
}

function text(frame: JsonValue, name: string, quirks: Quirks): string {
  const field = member(frame, name);
  return quirks.missingTextIsNull || typeof field === 'string' ? asString(field) : '';
}

function announceMembers(type: number, pkg: Announce): string {
  const forced = pkg.forced ? ',"forced":true' : '';
  const broadcasted = pkg.broadcasted === undefined ? '' : `,"broadcasted":${pkg.broadcasted}`;
  const compressed = pkg.compressed ? ',"compressed":true' : '';
  return (
    `"from":${pkg.from},"routing":${pkg.routing},"type":${type},"md5":${quote(pkg.md5)}` +
    `,"hardware":${quote(pkg.hardware)},"role":${quote(pkg.role)}${forced}` +
    `,"noPart":${pkg.noPart}${broadcasted}${compressed}`
  );
}

function requestMembers(type: number, pkg: DataRequest): string {
  return `${announceMembers(type, pkg)},"dest":${pkg.dest},"partNo":${pkg.partNo}`;
}

export function printAnnounce(pkg: Announce): string {
  return `{${announceMembers(TYPE.OTA_ANNOUNCE, pkg)}}`;
}

export function printDataRequest(pkg: DataRequest): string {
  return `{${requestMembers(TYPE.OTA_DATA_REQUEST, pkg)}}`;
}

export function printData(pkg: Data): string {
  return `{${requestMembers(TYPE.OTA_DATA, pkg)},"data":${quote(pkg.data)}}`;
}

/** The receiver's request for a part, to whoever announced the image. */
export function requestFor(announce: Announce, from: number, partNo: number): DataRequest {
  return { ...announce, routing: ROUTING.SINGLE, from, dest: announce.from, partNo };
}

/** The receiver's next request, back to where the last part came from. */
export function nextRequest(data: Data, partNo: number): DataRequest {
  const { data: _, ...request } = data;
  return { ...request, routing: ROUTING.SINGLE, from: data.dest, dest: data.from, partNo };
}

/**
 * The sender's answer: the request's fields with the addresses swapped. The parts of a broadcasted image are unicast all
 * the same, but for the Alteriom fork, which tells everybody.
 */
export function dataFor(request: DataRequest, data: string, quirks: Quirks): Data {
  const toAll = request.broadcasted && !quirks.broadcastedPartsUnicast;
  const routing = toAll ? ROUTING.BROADCAST : ROUTING.SINGLE;
  return { ...request, routing, from: request.dest, dest: request.from, data };
}
