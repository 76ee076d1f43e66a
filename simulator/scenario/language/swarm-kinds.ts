/** Kinds of trouble that a swarm draws from, and what each is. */
export const SWARM_KINDS = {
  power: 'one board loses its power for a while, at any moment',
  blackout: 'all boards lose their power together',
  gateway: 'a board that hears the router is reset or loses its power',
  reset: "someone presses a board's reset button",
  'flash-cut': 'the power goes, or sags, at a flash operation: before, in the middle, torn, after',
  'brown-out': "a board's supply sags",
  crash: 'firmware crashes, or hangs for a while',
  memory: 'a single allocation of a board fails',
  clock: "a board's clock runs fast or slow",
  bit: 'a bit falls in the slot that a board can do without',
  break: 'a link breaks',
  'one-way': 'a link breaks in one direction',
  loss: 'a link loses segments',
  slow: 'a link takes long, or now long, now not',
  'access-point': 'an access point restarts',
  frames: 'mesh frames are lost for good',
  parts: 'a part of an image is lost, spoiled, doubled, late or out of order',
  router: "the gateway's access point is off, or on another channel",
  server: 'the server is away, or slow',
  'server-fault': 'the server answers wrongly, or loses what it is told',
  release: 'images are published and cancelled',
} as const;

export type SwarmKind = keyof typeof SWARM_KINDS;
export const SWARM_KIND_NAMES = Object.keys(SWARM_KINDS) as [SwarmKind, ...SwarmKind[]];
