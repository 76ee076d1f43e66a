/** One case of a JUnit file; `failure` says why it failed. */
export interface JUnitCase {
  /** The suite it belongs to. */
  suite: string;
  name: string;
  seconds: number;
  failure?: { message: string; details: string };
  /** What it printed. */
  output?: string;
}

/** JUnit XML as CI systems read it (the Jenkins schema): a suite each, its cases, their failures. */
export function junitXml(cases: readonly JUnitCase[]): string {
  const suites = Map.groupBy(cases, ({ suite }) => suite);
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${totals(cases)}>`];
  for (const [name, inside] of suites) {
    lines.push(`  <testsuite name="${escaped(name)}" ${totals(inside)}>`);
    for (const one of inside) lines.push(...caseLines(one));
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>', '');
  return lines.join('\n');
}

function totals(cases: readonly JUnitCase[]): string {
  const failures = cases.filter(({ failure }) => failure).length;
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0);
  return `tests="${cases.length}" failures="${failures}" errors="0" skipped="0" time="${seconds.toFixed(3)}"`;
}

function caseLines({ suite, name, seconds, failure, output }: JUnitCase): string[] {
  const open = `    <testcase classname="${escaped(suite)}" name="${escaped(name)}" time="${seconds.toFixed(3)}"`;
  if (!failure && !output) return [`${open}/>`];
  const lines = [`${open}>`];
  if (failure) {
    const message = escaped(failure.message);
    lines.push(`      <failure message="${message}">${escaped(failure.details)}</failure>`);
  }
  if (output) lines.push(`      <system-out>${escaped(output)}</system-out>`);
  lines.push('    </testcase>');
  return lines;
}

/** Text for XML 1.0: what it has no form for at all becomes a question mark. */
function escaped(text: string): string {
  return (
    text
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those that XML forbids
      .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, '?')
  );
}
