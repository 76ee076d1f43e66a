import { inject } from 'vitest';

// What testServer() opens; see mock-server/test-database.ts.
process.env.OTA_TEST_DATABASE = inject('postgres');
