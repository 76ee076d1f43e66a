import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import type { Access } from '../auth/guard.ts';
import type { Admission } from './admission.ts';
import { type Answer, toResponse } from './answer.ts';
import { type BodyReader, readJson, readOptionalJson, validate } from './body.ts';
import type { Client } from './client.ts';
import { Problem } from './problem.ts';

/** What the face that received a request knows of the caller, and what it wants to know. */
export interface CallerBindings {
  /** The peer's address; absent in process. */
  address?: string;
  /** Which connection of its port it is, counted from 1. */
  connection?: number;
  /** The request's id, as it stands in logs. */
  id?: string;
  /** The face writes answers itself: a PlainAnswer or RawAnswer may come where a Response is said to. */
  plain?: true;
  /** The face's own way to the request's body; it counts where `plain` is set. */
  readBody?: BodyReader;
  /** Set by the app: the path of the route that was taken. */
  route?: string;
  /** Set by a handler that offered an update, for metrics. */
  offered?: 'device' | 'mesh';
}

export type AppEnv = {
  Bindings: CallerBindings;
  /** Set before every handler. */
  Variables: { caller: Caller; client: Client };
};

/** What a route takes. The schemas are those that validate, read as documents for `/openapi.json`. */
export interface RouteRequest {
  /** Path parameters. */
  params?: z.ZodObject;
  /** Query parameters; an empty one counts as absent. */
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: {
    type: 'application/json' | 'multipart/form-data';
    /** Of a form its text fields; the file is part `file`. */
    schema: z.ZodType;
    /** No body at all is taken for `{}`. */
    optional?: boolean;
  };
}

/** One successful answer. */
export interface RouteResponse {
  description: string;
  /** Of a JSON body; absent for no body, or for bytes. */
  schema?: z.ZodType;
  /** Default `application/json` with a schema, else no body. */
  type?: string;
  /** Headers beyond the usual ones, with what they say. */
  headers?: Record<string, string>;
}

/** One line of the route table: everything the app serves stands in it, and 405 is built from it. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `:name` for one path segment. GET serves HEAD too. */
  path: string;
  access: Access;
  /** `exempt` never counts against a client's rate; of a `download` only the start does. */
  rate?: 'exempt' | 'download';
  /** What it does, in one line. */
  summary: string;
  request: RouteRequest;
  responses: Record<number, RouteResponse>;
  /** Refusals of its own; those by credential, path, body and limits follow from the rest. */
  problems: readonly number[];
  handle(c: Context<AppEnv>): Answer | Promise<Answer>;
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler gets: already validated. */
export interface RouteInput<P, Q, B> {
  params: Output<P>;
  query: Output<Q>;
  body: Output<B>;
}

interface RouteSpec<P, Q, B> extends Omit<Route, 'request' | 'problems' | 'handle'> {
  params?: P;
  query?: Q;
  headers?: z.ZodObject;
  /** A JSON body. */
  body?: B;
  /** No body at all is taken for `{}`. */
  bodyOptional?: boolean;
  /** Text fields of a multipart body, which the handler reads itself, since it streams. */
  form?: z.ZodType;
  problems?: readonly number[];
  handle(c: Context<AppEnv>, input: RouteInput<P, Q, B>): Answer | Promise<Answer>;
}

/**
 * A route whose path, query and JSON body are validated, in that order, by the very schemas that
 * document it. Throws Problem 422 (path, query, fields) and those of readJson.
 */
export function route<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<P, Q, B>): Route {
  const { params, query, headers, body, bodyOptional, form, handle, ...rest } = spec;
  const described = documentedBody(body, bodyOptional, form);
  return {
    ...rest,
    problems: spec.problems ?? [],
    request: { params, query, headers, ...(described ? { body: described } : {}) },
    handle(c) {
      const input = {
        params: params && validate(params, c.req.param(), ''),
        query: query && validate(query, given(c.req.query()), 'query.'),
        body: undefined,
      } as RouteInput<P, Q, B>;
      if (!body) return handle(c, input);
      const read = bodyOptional ? readOptionalJson : readJson;
      return read(c.req.raw, body, readerOf(c.env)).then((value) =>
        handle(c, { ...input, body: value as Output<B> }),
      );
    },
  };
}

/** Only where nobody else may have read the request: overrides and fault plans look into it. */
function readerOf(caller: CallerBindings | undefined): BodyReader | undefined {
  return caller?.plain ? caller.readBody : undefined;
}

function documentedBody(
  json: z.ZodType | undefined,
  optional: boolean | undefined,
  form: z.ZodType | undefined,
): RouteRequest['body'] {
  if (form) return { type: 'multipart/form-data', schema: form };
  return json && { type: 'application/json', schema: json, optional: optional ?? false };
}

function given(query: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter(([, text]) => text !== ''));
}

/** Registers the routes behind the admission; a path with another method is 405, anything else 404. */
export function mountRoutes(app: Hono<AppEnv>, routes: readonly Route[], admit: Admission): void {
  for (const route of routes) {
    app.on(route.method, route.path, (c) => {
      const caller: CallerBindings = c.env ?? {};
      caller.route = route.path;
      const waiting = admit(c, route);
      const answer = waiting ? waiting.then(() => route.handle(c)) : route.handle(c);
      return caller.plain ? handedOn(answer) : answered(answer);
    });
  }
  const known = routes.map((route) => ({ method: route.method, pattern: toPattern(route.path) }));
  app.notFound((c) => {
    const methods = known.filter((r) => r.pattern.test(c.req.path)).map((r) => r.method);
    if (methods.length === 0) {
      throw new Problem(404, `Nothing is served at ${c.req.path}; GET /docs shows what is.`);
    }
    const allow = [...new Set(methods.flatMap((m) => (m === 'GET' ? ['GET', 'HEAD'] : [m])))];
    throw new Problem(405, `${c.req.method} is not served here; use ${allow.join(' or ')}.`, {
      headers: { allow: allow.join(', ') },
    });
  });
}

/** Hono hands on whatever it gets, so a face that asked for it can have the parts. */
export function handedOn(answer: Answer | Promise<Answer>): Promise<Response> {
  return answer as unknown as Promise<Response>;
}

async function answered(answer: Answer | Promise<Answer>): Promise<Response> {
  return toResponse(await answer);
}

function toPattern(path: string): RegExp {
  const escaped = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+')}$`);
}
