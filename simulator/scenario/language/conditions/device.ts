import { DEVICE_STATUSES, type DeviceStatus } from '../../../../mock-server/index.ts';
import type { Rule, Values } from '../grammar.ts';

/** How often, at least or at most. */
interface Count {
  least?: number;
  most?: number;
}

/** What may be so of boards that update directly: the server's log of them, what they fetch, what stands in their flash. */
export type DeviceCondition =
  | ({ is: 'device-row'; boards: readonly string[]; image: string; status: RowStatus } & Count)
  | { is: 'device-error'; boards: readonly string[]; image: string; pattern: RegExp }
  | ({ is: 'fetches'; boards: readonly string[]; image: string } & Count)
  | { is: 'resumes'; boards: readonly string[]; image: string }
  | { is: 'holds'; boards: readonly string[]; image: string; bytes: number };

/** `confirmed`: the server has heard the board run it. */
export type RowStatus = DeviceStatus | 'confirmed';
const ROW_STATUSES: readonly RowStatus[] = [...DEVICE_STATUSES, 'confirmed'];

export const DEVICE_CONDITIONS: readonly Rule<DeviceCondition>[] = [
  {
    form: `release {image} shows {boards} ${ROW_STATUSES.join('|')} [at least|most {number} times]`,
    help: "the server's last row of a board that updates directly, or so many of its rows; confirmed: heard from that version",
    make: (v) => ({
      is: 'device-row',
      ...subject(v),
      status: ROW_STATUSES.find((status) => v.said(status))!,
      ...countOf(v),
    }),
  },
  {
    form: 'release {image} tells of {boards} {regex}',
    help: 'why one of its attempts ended, in a row of the server',
    make: (v) => ({ is: 'device-error', ...subject(v), pattern: v.get('regex') }),
  },
  {
    form: '{boards} fetch|fetches {image} at least|most {number} times',
    help: 'downloads of a release from its first byte on, of each',
    make: (v) => ({ is: 'fetches', ...subject(v), ...countOf(v) }),
  },
  {
    form: '{boards} resume|resumes {image}',
    help: 'a download of a release that went on behind its first byte, of each',
    make: (v) => ({ is: 'resumes', ...subject(v) }),
  },
  {
    form: '{boards} hold|holds {size} of {image}',
    help: 'the beginning of the image, of that length, stands in a slot of the flash',
    make: (v) => ({ is: 'holds', ...subject(v), bytes: v.get('size') }),
  },
];

function subject(v: Values) {
  return { boards: v.get('boards'), image: v.get('image') };
}

function countOf(v: Values): Count {
  const number = v.find('number');
  return v.said('most') ? { most: number } : v.said('least') ? { least: number } : {};
}
