import { expect, test } from 'vitest';
import { junitXml } from './junit.ts';

test('suites with their cases, failures and totals', () => {
  const xml = junitXml([
    { suite: 'a.yaml', name: 'seed 1', seconds: 1.5 },
    {
      suite: 'a.yaml',
      name: 'seed 2',
      seconds: 0.5,
      failure: { message: 'pir-1 has "nothing"', details: 'a < b & c\0\u{1f600}' },
    },
    { suite: 'b.yaml', name: 'seed 1', seconds: 2, output: ']]>' },
  ]);
  expect(xml).toContain('<testsuites tests="3" failures="1" errors="0" skipped="0" time="4.000">');
  expect(xml).toContain('<testsuite name="a.yaml" tests="2" failures="1"');
  expect(xml).toContain('<failure message="pir-1 has &quot;nothing&quot;">a &lt; b &amp; c?😀');
  expect(xml).toContain('<system-out>]]&gt;</system-out>');
  expect(xml.match(/<testcase /g)).toHaveLength(3);
});

test('a lone surrogate is no text', () => {
  expect(junitXml([{ suite: 's', name: '\ud800x', seconds: 0 }])).toContain('name="?x"');
});
