import { expect, test } from '../hil/index.ts';

test('a board that is flashed runs what was flashed', async ({ board, firmware, measure }) => {
  const one = await board('pir-1');
  await one.flash('hello', { erase: true });
  const { captures } = await one.expect(/trial (\S+) in (\S+) state/);
  expect(captures.slice(1)).toEqual(['1.0.0', 'app0']);
  const { app } = await firmware('hello');
  expect((await one.readPartition('app0')).slice(0, app.length)).toEqual(app);
  await one.expect('confirm 0');
  await measure('boots', one.output.text.match(/^rst:/gm)?.length ?? 0, { min: 1 });
});
