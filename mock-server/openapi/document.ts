import type { Access } from '../auth/guard.ts';
import { TITLES } from '../http/problem.ts';
import type { Route, RouteRequest, RouteResponse } from '../http/routes.ts';
import { problemAnswer } from './problem-answer.ts';
import { type Components, type JsonSchema, jsonSchema } from './schema.ts';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

export interface MediaTypes {
  [type: string]: { schema: JsonSchema };
}

export interface OpenApiResponse {
  description: string;
  headers?: Record<string, { description: string; schema: JsonSchema }>;
  content?: MediaTypes;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  /** Each entry suffices; none is asked for where it is empty. */
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: MediaTypes };
  responses: Record<string, OpenApiResponse>;
}

/** OpenAPI 3.1 as far as it is used here. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Components; securitySchemes: Record<string, { description: string }> };
}

const TAGS: [prefix: string, name: string, description: string][] = [
  ['/api/ota/admin', 'Administration', 'Firmware of directly connected devices, and their logs.'],
  ['/api/ota', 'Devices', 'What a directly connected device calls.'],
  ['/api/v1/ota', 'Mesh updates', 'Updates of mesh nodes, and what gateways report of them.'],
  ['/api/v1', 'Mesh firmware', 'Firmware for mesh nodes.'],
  ['/', 'Server', 'The server itself.'],
];

const ADMIN = { adminToken: [] };
const GATEWAY = { gatewayKey: [] };
const DEVICE = { deviceToken: [] };
const SECURITY: Record<Access | 'device' | 'download' | 'renewal', Record<string, string[]>[]> = {
  public: [],
  admin: [ADMIN],
  gateway: [GATEWAY],
  read: [ADMIN, GATEWAY],
  device: [DEVICE],
  download: [{ signedLink: [] }, DEVICE, ADMIN],
  renewal: [DEVICE],
};
const SECURITY_SCHEMES = {
  adminToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'ADMIN_TOKEN, or a JWT (HS256) with `role: "admin"`.',
  },
  deviceToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'A JWT (HS256) with `role: "device"` and the device\'s id in `sub`.',
  },
  signedLink: {
    type: 'apiKey',
    in: 'query',
    name: 'sig',
    description: 'A `download_url`, as a check answers it.',
  },
  gatewayKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: "A gateway's key." },
};

const DESCRIPTION =
  'Errors are `application/problem+json` (RFC 9457); `detail` says what to do. Times are RFC 3339 in UTC. ' +
  'Unknown keys of a JSON body are ignored. A server started with `--open` asks for fewer credentials than stated here.';

/** The API document of these routes, made from the schemas that validate their requests. */
export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const schemas: Components = {};
  const problem = jsonSchema(problemAnswer, 'output', schemas);
  const paths: OpenApiDocument['paths'] = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const item = (paths[path] ??= {});
    const operation = operationOf(route, problem, schemas);
    item[route.method.toLowerCase()] = operation;
    if (isDownload(route)) item.head = withoutBodies(operation);
  }
  const used = new Set(
    Object.values(paths).flatMap((p) => Object.values(p).flatMap((o) => o.tags)),
  );
  return {
    openapi: '3.1.0',
    info: { title: 'Mock OTA server', version, description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: TAGS.filter(([, name]) => used.has(name)).map(([, name, description]) => ({
      name,
      description,
    })),
    paths,
    components: { schemas, securitySchemes: SECURITY_SCHEMES },
  };
}

function operationOf(route: Route, problem: JsonSchema, schemas: Components): Operation {
  const { request } = route;
  const words = route.path.split(/\W+/).filter(Boolean);
  return {
    operationId: [route.method.toLowerCase(), ...words].join('_'),
    tags: [TAGS.find(([prefix]) => route.path.startsWith(prefix))?.[1] ?? 'Server'],
    summary: route.summary,
    security: SECURITY[route.access],
    parameters: parametersOf(request, schemas),
    ...(request.body ? { requestBody: bodyOf(request.body, schemas) } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.responses).map(([status, r]) => [status, responseOf(r, schemas)]),
      ),
      ...Object.fromEntries(problemsOf(route).map((s) => [s, problemOf(s, problem)])),
    },
  };
}

function parametersOf(request: RouteRequest, schemas: Components): Parameter[] {
  const places = [
    ['path', request.params],
    ['query', request.query],
    ['header', request.headers],
  ] as const;
  return places.flatMap(([place, schema]) => {
    if (!schema) return [];
    const { properties = {}, required = [] } = jsonSchema(schema, 'input', schemas);
    return Object.entries(properties).map(([name, { description, ...rest }]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description ? { description } : {}),
      schema: rest,
    }));
  });
}

function bodyOf(body: NonNullable<RouteRequest['body']>, schemas: Components) {
  const schema = jsonSchema(body.schema, 'input', schemas);
  if (body.type === 'multipart/form-data') {
    const file: JsonSchema = { type: 'string', format: 'binary', description: 'The image.' };
    schema.properties = { ...schema.properties, file };
    schema.required = [...(schema.required ?? []), 'file'];
  }
  return { required: !body.optional, content: { [body.type]: { schema } } };
}

function responseOf(response: RouteResponse, schemas: Components): OpenApiResponse {
  const { description, schema, headers } = response;
  const type = response.type ?? (schema ? 'application/json' : undefined);
  const bytes: JsonSchema = { type: 'string', format: 'binary' };
  const content = schema ? jsonSchema(schema, 'output', schemas) : bytes;
  return {
    description,
    ...(headers ? { headers: headersOf(headers) } : {}),
    ...(type ? { content: { [type]: { schema: content } } } : {}),
  };
}

function headersOf(headers: Record<string, string>): OpenApiResponse['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  );
}

/** A route's own refusals, and those that follow from who may call it and what it takes. */
export function problemsOf({ access, rate, request, problems }: Route): number[] {
  const { params, query, headers, body } = request;
  // Plain HTTP is 403 where HTTPS is asked for.
  const found = new Set<number>([...problems, 403]);
  if (SECURITY[access].length > 0) found.add(401);
  // The database may be away.
  if (access !== 'public') found.add(503);
  if (rate !== 'exempt') found.add(429);
  if (params || query || headers || body) found.add(422);
  if (body) for (const status of [400, 413, 415]) found.add(status);
  return [...found].sort((a, b) => a - b);
}

function problemOf(status: number, schema: JsonSchema): OpenApiResponse {
  return {
    description: TITLES[status] ?? 'Error',
    content: { 'application/problem+json': { schema } },
  };
}

function isDownload(route: Route): boolean {
  return route.method === 'GET' && route.responses[206] !== undefined;
}

/** HEAD answers what GET would, without a body, and takes no range. */
function withoutBodies(operation: Operation): Operation {
  const responses = Object.entries(operation.responses)
    .filter(([status]) => status !== '206' && status !== '416')
    .map(([status, { content: _content, ...rest }]) => [status, rest]);
  return {
    ...operation,
    operationId: operation.operationId.replace(/^get/, 'head'),
    summary: `${operation.summary}: its headers alone`,
    responses: Object.fromEntries(responses),
  };
}
