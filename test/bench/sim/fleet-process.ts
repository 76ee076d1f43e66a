import { measureFleet } from './fleet.ts';
import type { FleetPlan, Said } from './plan.ts';

/** One fleet in a process of its own, so that its memory is its own: the plan comes as JSON, figures go back as messages. */
const plan = JSON.parse(process.argv[2]!) as FleetPlan;
const send = (said: Said) =>
  new Promise<void>((resolve) => void process.send!(said, () => resolve()));
const figures = await measureFleet(plan, (what, virtualSeconds, wallSeconds) => {
  void send({ say: 'progress', what, virtualSeconds, wallSeconds });
});
await send({ say: 'figures', figures });
process.disconnect?.();
