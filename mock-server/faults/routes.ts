import { z } from 'zod';
import { Problem } from '../http/problem.ts';
import { type Route, route } from '../http/routes.ts';
import type { ArmedPlan, FaultEngine } from './engine.ts';
import { faultPlanSchema } from './plan.ts';

export const FAULTS_PATH = '/__faults';

const armedAnswer = z.object({
  id: z.int(),
  seen: z.int().describe('Requests in its scope so far.'),
  applied: z.int().describe('Those it acted on.'),
  plan: z.looseObject({ do: z.array(z.looseObject({ fault: z.string() })) }),
});

const plans = z.union([faultPlanSchema, z.array(faultPlanSchema).min(1).max(100)]);

/** Fault plans over HTTP. These calls are never hurt by a plan themselves. */
export function faultRoutes(engine: () => FaultEngine): Route[] {
  const described = { description: 'The plans in force.', schema: z.array(armedAnswer) };
  return [
    route({
      method: 'GET',
      path: FAULTS_PATH,
      access: 'admin',
      summary: 'The fault plans in force, and how often they struck',
      responses: { 200: described },
      handle: (c) => c.json(engine().list()),
    }),
    route({
      method: 'POST',
      path: FAULTS_PATH,
      access: 'admin',
      summary: 'Arms a fault plan, or a list of them',
      body: plans,
      responses: { 201: { description: 'The plans armed.', schema: z.array(armedAnswer) } },
      handle(c, { body }) {
        const armed: ArmedPlan[] = engine().arm(Array.isArray(body) ? body : [body]);
        return c.json(armed, 201);
      },
    }),
    route({
      method: 'DELETE',
      path: FAULTS_PATH,
      access: 'admin',
      summary: 'Disarms all fault plans',
      responses: { 204: { description: 'None is in force.' } },
      handle(c) {
        engine().clear();
        return c.body(null, 204);
      },
    }),
    route({
      method: 'DELETE',
      path: `${FAULTS_PATH}/:id`,
      access: 'admin',
      summary: 'Disarms one fault plan',
      params: z.object({ id: z.string().regex(/^\d{1,9}$/, 'must be the id of a plan') }),
      responses: { 204: { description: 'It is no longer in force.' } },
      problems: [404],
      handle(c, { params }) {
        if (engine().clear(Number(params.id))) return c.body(null, 204);
        throw new Problem(
          404,
          `There is no fault plan ${params.id}; GET ${FAULTS_PATH} lists them.`,
        );
      },
    }),
  ];
}
