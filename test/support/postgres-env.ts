import { afterAll, inject } from 'vitest';
import { dropTestDatabases } from '../../mock-server/test-database.ts';

// What testServer() opens; see mock-server/test-database.ts.
process.env.OTA_TEST_DATABASE = inject('postgres');
afterAll(dropTestDatabases);
