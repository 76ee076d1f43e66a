import { isMap, isSeq, parseDocument } from 'yaml';

/**
 * The same scenario with more steps, which come before all others. A text that is no scenario stays as it is, so that what is wrong
 * in it is told by its own lines.
 */
export function withSteps(text: string, steps: readonly Record<string, string>[]): string {
  if (steps.length === 0) return text;
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return text;
  const timeline = document.get('timeline');
  if (timeline === undefined || timeline === null) {
    // Copies: the same object twice would become an alias.
    document.set(
      'timeline',
      steps.map((step) => ({ ...step })),
    );
  } else if (isSeq(timeline)) {
    timeline.items.unshift(...steps.map((step) => document.createNode(step)));
  } else return text;
  return document.toString({ lineWidth: 0 });
}
