import { sql } from 'kysely';
import type { Store } from '../store/store.ts';

export interface UpdateCount {
  contract: 'device' | 'mesh';
  /** A row's status; a success without proof has a state of its own. */
  state: string;
  count: number;
}

/** How many updates stand in each state that has any. */
export async function updatesByState({ db }: Store): Promise<UpdateCount[]> {
  const count = sql<number>`count(*)`.as('count');
  const device = await db
    .selectFrom('device_ota_log')
    .select([
      'status',
      sql<number>`case when confirmed_at is null then 0 else 1 end`.as('proved'),
      count,
    ])
    .groupBy(['status', sql`case when confirmed_at is null then 0 else 1 end`])
    .execute();
  const mesh = await db
    .selectFrom('ota_updates')
    .select(['status', 'verified as proved', count])
    .groupBy(['status', 'verified'])
    .execute();
  return [
    ...device.map((row) => counted('device', row, row.status === 'success')),
    ...mesh.map((row) => counted('mesh', row, row.status === 'completed')),
  ];
}

function counted(
  contract: UpdateCount['contract'],
  row: { status: string; proved: number; count: number },
  isSuccess: boolean,
): UpdateCount {
  const state = isSuccess && row.proved !== 1 ? `${row.status}_unconfirmed` : row.status;
  return { contract, state, count: row.count };
}
