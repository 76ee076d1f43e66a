import { type FaultPlan, faultPlanSchema } from '../../../../mock-server/index.ts';
import { type Rule, SentenceError, type Values } from '../grammar.ts';
import { PRESETS, type Preset } from '../server-faults.ts';

/** The server that boards ask. Times are µs, shares 0 to 1. */
export type ServerAction =
  | { do: 'server-down'; forUs?: number }
  | { do: 'server-slow'; latencyUs: number; forUs?: number }
  | { do: 'server-up' }
  | { do: 'server-fault'; plan: FaultPlan; forUs?: number }
  /** A plan of the file, by name. */
  | { do: 'server-plan'; plan: string; forUs?: number }
  | { do: 'server-well' }
  /** Other bytes under the same number and version. */
  | { do: 'replace-on-server'; image: string; other: string }
  | { do: 'publish-in-place'; image: string; other: string };

const FAULT = 'server fault';
/** Where and how often, behind each preset. */
const WHERE = '[on {route}] [with chance {chance:share}] [{times:number} times] [for {duration}]';

export const SERVER_RULES: readonly Rule<ServerAction>[] = [
  {
    form: 'server down [for {duration}]',
    help: 'takes connections and resets them',
    make: (v) => ({ do: 'server-down', forUs: v.find('duration') }),
  },
  {
    form: 'server takes {latency:duration} [for {duration}]',
    help: 'answers that late',
    make: (v) => ({
      do: 'server-slow',
      latencyUs: v.get('duration', 'latency'),
      forUs: v.find('duration'),
    }),
  },
  { form: 'server up', help: 'ends both', make: () => ({ do: 'server-up' }) },
  ...PRESETS.map(presetRule),
  {
    form: `${FAULT} plan {plan} [for {duration}]`,
    help: 'a fault plan of the file, from its server: plans',
    make: (v) => ({ do: 'server-plan', plan: v.get('plan'), forUs: v.find('duration') }),
  },
  {
    form: 'replace {image} with {other:image} on the server',
    help: 'someone exchanges the image under its number and version, whether or not it is just handed out; for meshes',
    make: (v) => ({
      do: 'replace-on-server',
      image: v.get('image'),
      other: v.get('image', 'other'),
    }),
  },
  {
    form: 'publish {image} in place of {other:image}',
    help: 'cancels what was ordered of the other one, deletes it, and publishes this one, which may have its version; for meshes',
    make: (v) => ({
      do: 'publish-in-place',
      image: v.get('image'),
      other: v.get('image', 'other'),
    }),
  },
  {
    form: 'server faults off',
    help: 'ends all fault plans, those of the file included',
    make: () => ({ do: 'server-well' }),
  },
];

function presetRule({ form, help, make }: Preset): Rule<ServerAction> {
  return {
    form: `${FAULT} ${form} ${WHERE}`,
    help,
    make: (v) => ({ do: 'server-fault', plan: planOf(v, make), forUs: v.find('duration') }),
  };
}

/** @throws SentenceError when a figure makes no sense */
function planOf(v: Values, make: Preset['make']): FaultPlan {
  const route = v.find('route');
  const probability = v.find('share', 'chance');
  const first = v.find('number', 'times');
  const plan = make(v, {
    ...(route === 'any' ? { path: '*' } : route !== undefined && { route }),
    ...(probability !== undefined && { probability }),
    ...(first !== undefined && { first }),
  });
  const checked = faultPlanSchema.safeParse(plan);
  if (checked.success) return plan;
  const [issue] = checked.error.issues;
  const field = String(issue!.path.at(-1) ?? plan.name);
  throw new SentenceError(`${field}: ${issue!.message}`, FAULT.length + 1);
}
