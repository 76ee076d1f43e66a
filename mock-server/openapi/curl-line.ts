import type { Operation } from './document.ts';
import type { JsonSchema } from './schema.ts';

const SERVER = 'http://127.0.0.1:8000';

/** A call as a shell line, with made-up values where some are needed. */
export function curlLine(method: string, path: string, operation: Operation): string {
  const lines = [`curl ${methodFlag(method, operation)}${SERVER}${path.replace(/\{\w+\}/g, '1')}`];
  const [scheme] = Object.keys(operation.security[0] ?? {});
  if (scheme && HEADERS[scheme]) lines.push(`-H "${HEADERS[scheme]}"`);
  for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
    if (type === 'multipart/form-data') {
      for (const [name, part] of required(schema)) {
        lines.push(`-F "${name}=${part.format === 'binary' ? '@firmware.bin' : example(part)}"`);
      }
    } else if (operation.requestBody?.required) {
      const body = Object.fromEntries(required(schema).map(([name, p]) => [name, example(p)]));
      lines.push('-H "Content-Type: application/json"', `-d '${JSON.stringify(body)}'`);
    }
  }
  return lines.join(' \\\n  ');
}

const HEADERS: Record<string, string> = {
  adminToken: 'Authorization: Bearer TOKEN',
  deviceToken: 'Authorization: Bearer TOKEN',
  gatewayKey: 'X-API-Key: KEY',
};

function methodFlag(method: string, operation: Operation): string {
  if (method === 'head') return '--head ';
  if (method === 'get') return '';
  // curl posts forms and data by itself.
  return method === 'post' && operation.requestBody?.required ? '' : `-X ${method.toUpperCase()} `;
}

function required(schema: JsonSchema): [string, JsonSchema][] {
  return Object.entries(schema.properties ?? {}).filter(([name]) =>
    schema.required?.includes(name),
  );
}

function example(schema: JsonSchema): unknown {
  if (schema.enum) return schema.enum[0];
  const type = [schema.type].flat()[0];
  if (type === 'integer' || type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (type === 'boolean') return true;
  return schema.pattern?.includes('\\.') ? '1.0.0' : 'name';
}
