import { beforeEach, describe, expect, it } from 'vitest';
import { OTA_STATE } from '../../tools/formats/otadata.ts';
import { serverTruth } from './server-truth.ts';
import { image, md5Of, NODE, TestFleet } from './testing/fleet.ts';

const { NEW, PENDING_VERIFY, VALID } = OTA_STATE;
const OLD = image('pir', '1.0.0');
const NEXT = image('pir', '1.1.0');
const MD5 = md5Of(NEXT);
const NODE_ID = NODE.toString(16);

let fleet: TestFleet;
const node = (status: string, nodeId = NODE_ID) => {
  fleet.rows.nodes = [{ updateId: 1, md5: MD5, nodeId, status }];
  return fleet.tick();
};
const update = (status: string, verified = true) => {
  fleet.rows.updates = [{ id: 1, md5: MD5, status, verified }];
  return fleet.tick();
};

beforeEach(() => {
  fleet = new TestFleet(serverTruth, { pir: { app: OLD, role: 'pir' } });
  fleet.otadata('pir', 0, 1, VALID);
  fleet.boot('pir', 0, md5Of(OLD));
});

/** The new image runs, and is confirmed or not. */
function runsNext(state: typeof PENDING_VERIFY | typeof VALID): void {
  fleet.install('pir', 1, NEXT);
  fleet.otadata('pir', 1, 2, state);
  fleet.boot('pir', 1, MD5);
}

describe('server-truth, of a node', () => {
  it('believes completed when the board runs the image, confirmed', async () => {
    runsNext(VALID);
    await node('completed');
    expect(fleet.findings).toEqual([]);
  });

  it('does not while the board is on trial', async () => {
    runsNext(PENDING_VERIFY);
    await node('completed');
    expect(fleet.findings[0]).toMatch(/completed for pir, which is on trial \(PENDING_VERIFY\)/);
  });

  it('does not while the board runs what it ran before', async () => {
    await node('completed', String(NODE));
    expect(fleet.findings[0]).toMatch(/completed for pir, which is/);
  });

  it('looks at what runs, not at otadata alone', async () => {
    fleet.install('pir', 1, NEXT);
    fleet.otadata('pir', 1, 2, NEW);
    fleet.otadata('pir', 1, 2, VALID);
    await node('completed');
    expect(fleet.findings[0]).toContain(`which runs ${md5Of(OLD)}`);
  });

  it('does not know a node that is no board', async () => {
    await node('completed', 'abc');
    expect(fleet.findings[0]).toMatch(/for abc, which is no board/);
  });
});

describe('server-truth, of final states', () => {
  it.each(['failed', 'rolled_back'])('keeps %s of a node', async (status) => {
    await node('downloading');
    await node(status);
    expect(fleet.findings).toEqual([]);
    await node('downloading');
    expect(fleet.findings).toEqual([
      `node ${NODE_ID} of update 1 was ${status} and is downloading`,
    ]);
  });

  it('keeps the states of updates, and their rows', async () => {
    await update('failed', false);
    await update('completed', false);
    fleet.rows.updates = [];
    await fleet.end();
    expect(fleet.findings).toEqual([
      'update 1 was failed and is completed',
      'update 1 was completed and is gone',
    ]);
  });
});

describe('server-truth, of an update', () => {
  it('is not completed without one of its nodes', async () => {
    await node('rolled_back');
    await update('completed');
    expect(fleet.findings).toEqual([`update 1 is completed, without ${NODE_ID} rolled_back`]);
  });

  it('is not verified by nobody', async () => {
    await update('completed');
    expect(fleet.findings).toEqual([
      'update 1 is completed and verified, with no node that took it',
    ]);
  });

  it('may be completed on the word of a gateway, which is shown as not verified', async () => {
    await update('completed', false);
    expect(fleet.findings).toEqual([]);
  });
});
