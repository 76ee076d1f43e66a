/** Scenarios of the library that cost more than `npm test` has left for them: `npm run soak` runs them, like all the others. */
export const LONG: ReadonlySet<string> = new Set<string>([
  // Its boards are of a configuration that nothing else is compiled for.
  'secure-version.yaml',
  // Retries of 30 s each, or whole transfers that come to nothing.
  'forgetful-nodes.yaml',
  'image-exchanged.yaml',
  'parts-in-trouble.yaml',
  'replaced-by-another-chip.yaml',
  'restless-air.yaml',
]);
