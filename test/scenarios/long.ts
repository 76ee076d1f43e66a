/**
 * Scenarios of the library that cost more than `npm test` has left for them, over 3 s of CPU each: `npm run soak` runs them, like all
 * the others.
 */
export const LONG: ReadonlySet<string> = new Set<string>([
  // Its boards are of a configuration that nothing else is compiled for.
  'secure-version.yaml',
  // Retries of 30 s each, or whole transfers that come to nothing.
  'bad-releases.yaml',
  'forgetful-nodes.yaml',
  'image-exchanged.yaml',
  'lossy-links.yaml',
  'parts-in-trouble.yaml',
  'replaced-by-another-chip.yaml',
  'restless-air.yaml',
  'second-release.yaml',
  'spoiled-parts.yaml',
  'stuck-sector.yaml',
  'wrong-chip.yaml',
  // Many boards, or many starts.
  'boot-loop.yaml',
  'crowd.yaml',
  'drifting-clocks.yaml',
  'swarm.yaml',
]);
