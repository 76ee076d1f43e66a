import { expect, it } from 'vitest';
import { DownloadWatch } from './download-watch.ts';

const caller = (device: string) => ({ device, connection: 1 });
const link = 'http://ota.test/api/ota/download/3?expires=1&sig=a';
const from = (first: number) => new Request(link, { headers: { range: `bytes=${first}-` } });

it('counts downloads from the first byte on, and those that went on', () => {
  const watch = new DownloadWatch();
  watch.asked(new Request(link), caller('a'));
  watch.asked(from(0), caller('a'));
  watch.asked(from(4096), caller('a'));
  watch.asked(new Request(link, { method: 'HEAD' }), caller('a'));
  watch.asked(new Request('http://ota.test/api/v1/firmware/3/download'), caller('a'));
  expect(watch.count('a', 3)).toEqual({ begun: 2, resumed: 1 });
  expect(watch.count('b', 3)).toEqual({ begun: 0, resumed: 0 });
  expect(watch.count('a', undefined)).toEqual({ begun: 0, resumed: 0 });
});
