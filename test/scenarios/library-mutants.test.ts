// What a scenario of the library expects must not come by itself: without its misfortune, or with another end, it fails, and says by what.
import { expect, it } from 'vitest';
import { runText, textOf } from './library-run.ts';

interface Turn {
  file: string;
  what: string;
  /** What stands in the file, and what shall stand there. */
  from: string | RegExp;
  to: string;
  /** The expectation that fails. */
  fails: string;
}

const TURNS: readonly Turn[] = [
  {
    file: 'range-ignored.yaml',
    what: 'no download breaks off',
    from: '      - server fault reset_after 60000 2 times\n',
    to: '',
    fails: 'scales resumes release',
  },
  {
    file: 'certificate.yaml',
    what: 'the certificate is good from the start',
    from: 'certificate: expired',
    to: 'certificate: good',
    fails: 'serial scales matches /certificate has expired/',
  },
  {
    file: 'success-not-running.yaml',
    what: 'the device goes on running what it said',
    from: /.*flip bit .*\n/,
    to: '',
    fails: 'release release shows scales rolled_back at least 1 times',
  },
  {
    file: 'downgrade.yaml',
    what: 'the older release is newer than what runs',
    from: 'version: "0.9.0"',
    to: 'version: "2.0.0"',
    fails: 'always: scales fetch older at most 0 times',
  },
];

it.each(TURNS)('$file where $what', async ({ file, from, to, fails }) => {
  const text = textOf(file);
  const turned = text.replace(from, to);
  expect(turned).not.toBe(text);
  const short = turned.replace(/^limit: .*\n/m, '').concat('limit: 3min\n');
  const { ok, verdicts } = await runText(short);
  expect(ok).toBe(false);
  expect(verdicts.filter((verdict) => !verdict.ok).map((verdict) => verdict.text)).toContain(fails);
});
