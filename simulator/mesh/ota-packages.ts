/** The OTA plugin's packages (src/painlessmesh/ota.hpp): each one carries all fields of the one before. */
import { asBoolean, asInt32, asString, asUint32 } from './json-read.ts';
import { type JsonValue, member } from './json-value.ts';
import { quote } from './json-write.ts';
import { ROUTING, TYPE } from './protocol.ts';

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
  broadcasted: boolean;
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

/** Missing strings read as "null", missing numbers as 0. */
export function readAnnounce(frame: JsonValue): Announce {
  const forced = member(frame, 'forced');
  const broadcasted = member(frame, 'broadcasted');
  return {
    from: asUint32(member(frame, 'from')),
    routing: asInt32(member(frame, 'routing')),
    md5: asString(member(frame, 'md5')),
    hardware: asString(member(frame, 'hardware')),
    role: asString(member(frame, 'role')),
    forced: typeof forced === 'boolean' && asBoolean(forced),
    noPart: asUint32(member(frame, 'noPart')),
    broadcasted: typeof broadcasted === 'boolean' && asBoolean(broadcasted),
  };
}

export function readDataRequest(frame: JsonValue): DataRequest {
  return {
    ...readAnnounce(frame),
    dest: asUint32(member(frame, 'dest')),
    partNo: asUint32(member(frame, 'partNo')),
  };
}

export function readData(frame: JsonValue): Data {
  return { ...readDataRequest(frame), data: asString(member(frame, 'data')) };
}

function announceMembers(type: number, pkg: Announce): string {
  const forced = pkg.forced ? ',"forced":true' : '';
  return (
    `"from":${pkg.from},"routing":${pkg.routing},"type":${type},"md5":${quote(pkg.md5)}` +
    `,"hardware":${quote(pkg.hardware)},"role":${quote(pkg.role)}${forced}` +
    `,"noPart":${pkg.noPart},"broadcasted":${pkg.broadcasted}`
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

/** The sender's answer: the request's fields with the addresses swapped. */
export function dataFor(request: DataRequest, data: string): Data {
  return { ...request, routing: ROUTING.SINGLE, from: request.dest, dest: request.from, data };
}
