/** Where the tests of the second list stand, from the root: their names keep `npm test` from taking them. */
export const SYSTEM_TESTS = 'test/system/**/*.system.ts';
