import {
  NODE_STATUSES,
  type NodeStatus,
  UPDATE_STATUSES,
  type UpdateStatus,
} from '../../../mock-server/index.ts';
import { DEVICE_CONDITIONS, type DeviceCondition } from './conditions/device.ts';
import { MESH_CONDITIONS, type MeshCondition } from './conditions/mesh.ts';
import { createGrammar } from './grammar.ts';

/** What may be so of a world, for `when` and for expectations. */
export type Condition =
  | DeviceCondition
  | MeshCondition
  | { is: 'mesh-whole' }
  | { is: 'runs'; boards: readonly string[]; image: string; confirmed: boolean }
  | { is: 'can-boot'; boards: readonly string[] }
  | { is: 'board-state'; boards: readonly string[]; state: 'off' | 'running' | 'halted' }
  | { is: 'update-status'; image: string; status: UpdateStatus }
  | { is: 'all-updates'; status: UpdateStatus | 'final' }
  | { is: 'node-status'; boards: readonly string[]; image: string; status: NodeStatus }
  | { is: 'parts'; board: string; image: string; least: number }
  | { is: 'serial'; boards: readonly string[]; pattern: RegExp; negated: boolean }
  | { is: 'pin'; boards: readonly string[]; pin: number; level: 0 | 1 }
  | { is: 'resets'; boards: readonly string[]; most?: number; least?: number }
  | { is: 'last-release'; boards: readonly string[] }
  | { is: 'time'; us: number };

type Said = { said(word: string): boolean };
const chosen = <T extends string>(v: Said, words: readonly T[]): T =>
  words.find((word) => v.said(word))!;
const STATES = ['off', 'running', 'halted'] as const;

export const CONDITIONS = createGrammar<Condition>('condition', [
  {
    form: 'mesh is whole',
    help: 'every board knows every other one; those that were switched off, and those that update directly, are not missed',
    make: () => ({ is: 'mesh-whole' }),
  },
  {
    form: '{boards} run|runs {image}',
    help: 'flash and otadata say so, and the image is confirmed',
    make: (v) => ({ is: 'runs', boards: v.get('boards'), image: v.get('image'), confirmed: true }),
  },
  {
    form: '{boards} try|tries {image}',
    help: 'the image runs on trial, not confirmed yet',
    make: (v) => ({ is: 'runs', boards: v.get('boards'), image: v.get('image'), confirmed: false }),
  },
  {
    form: '{boards} can boot',
    help: 'at least one slot holds an image that the bootloader would load',
    make: (v) => ({ is: 'can-boot', boards: v.get('boards') }),
  },
  {
    form: `{boards} is|are ${STATES.join('|')}`,
    help: 'what the chip does',
    make: (v) => ({ is: 'board-state', boards: v.get('boards'), state: chosen(v, STATES) }),
  },
  {
    form: `update {image} is ${UPDATE_STATUSES.join('|')}`,
    help: "the server's row of the update",
    make: (v) => ({
      is: 'update-status',
      image: v.get('image'),
      status: chosen(v, UPDATE_STATUSES),
    }),
  },
  {
    form: `all updates ${UPDATE_STATUSES.join('|')}|final`,
    help: 'every update that was ordered; final is completed, failed or cancelled',
    make: (v) => ({ is: 'all-updates', status: chosen(v, [...UPDATE_STATUSES, 'final']) }),
  },
  {
    form: `update {image} shows {boards} ${NODE_STATUSES.join('|')}`,
    help: "the server's row of the node in that update",
    make: (v) => ({
      is: 'node-status',
      boards: v.get('boards'),
      image: v.get('image'),
      status: chosen(v, NODE_STATUSES),
    }),
  },
  {
    form: '{board} asked for {number} parts of {image}',
    help: 'different parts, as seen on the air; at least so many',
    make: (v) => ({
      is: 'parts',
      board: v.get('board'),
      image: v.get('image'),
      least: v.get('number'),
    }),
  },
  {
    form: 'serial {boards} matches {regex}',
    help: 'a line of the serial log of each',
    make: (v) => ({
      is: 'serial',
      boards: v.get('boards'),
      pattern: v.get('regex'),
      negated: false,
    }),
  },
  {
    form: 'serial {boards} never matches {regex}',
    help: 'no line of any of them',
    make: (v) => ({
      is: 'serial',
      boards: v.get('boards'),
      pattern: v.get('regex'),
      negated: true,
    }),
  },
  {
    form: 'pin {boards} {number} is {level}',
    help: 'the level of an output or input pin',
    make: (v) => ({
      is: 'pin',
      boards: v.get('boards'),
      pin: v.get('number'),
      level: v.get('level'),
    }),
  },
  {
    form: '{boards} reset|resets at most {number} times',
    help: 'starts after the first power-on, of each',
    make: (v) => ({ is: 'resets', boards: v.get('boards'), most: v.get('number') }),
  },
  {
    form: '{boards} run|runs the last release',
    help: 'of its role, confirmed, if one was published and not cancelled since; a board that the server shows rolled back is excused',
    make: (v) => ({ is: 'last-release', boards: v.get('boards') }),
  },
  {
    form: '{duration} has|have passed',
    help: 'since the run began',
    make: (v) => ({ is: 'time', us: v.get('duration') }),
  },
  {
    form: '{boards} reset|resets at least {number} times',
    help: 'starts after the first power-on, of each',
    make: (v) => ({ is: 'resets', boards: v.get('boards'), least: v.get('number') }),
  },
  ...DEVICE_CONDITIONS,
  ...MESH_CONDITIONS,
]);
