import { expect, it } from 'vitest';
import { DEVICE_STATUSES, NODE_STATUSES, UPDATE_STATUSES } from '../../mock-server/store/schema.ts';
import { FINAL_DEVICE, FINAL_NODE, FINAL_UPDATE } from './final-status.ts';

it('knows each status of the server: those that end something, and those on the way', () => {
  const others = (all: readonly string[], final: ReadonlySet<string>) =>
    all.filter((status) => !final.has(status));
  expect(others(UPDATE_STATUSES, FINAL_UPDATE)).toEqual(['pending', 'in_progress']);
  expect(others(NODE_STATUSES, FINAL_NODE)).toEqual(['pending', 'downloading', 'rebooting']);
  const onTheWay = ['pending', 'downloading', 'installing', 'success'];
  expect(others(DEVICE_STATUSES, FINAL_DEVICE)).toEqual(onTheWay);
});
