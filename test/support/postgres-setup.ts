import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openStore } from '../../mock-server/store/store.ts';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: string;
  }
}

/** One PostgreSQL for all server tests, with an empty, migrated database in it that each process copies for its tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await startPostgres();
  const name = `ota_template_${process.pid}`;
  await query(url, `drop database if exists ${name}`);
  await query(url, `create database ${name}`);
  const template = new URL(url);
  template.pathname = `/${name}`;
  await (await openStore(template.href)).close();
  project.provide('postgres', template.href);
  return async () => {
    const all = 'select datname from pg_database where datname = $1 or starts_with(datname, $2)';
    for (const { datname } of await query(url, all, [name, `${name}_`])) {
      await query(url, `drop database ${datname} with (force)`);
    }
    await stop();
  };
}

async function query(url: string, text: string, values: string[] = []) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(text, values);
  await client.end();
  return rows;
}
