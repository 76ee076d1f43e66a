import { curlLine } from './curl-line.ts';
import type { OpenApiDocument, OpenApiResponse, Operation, Parameter } from './document.ts';
import { attribute, html, type Markup, raw, words } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';
import type { Components, JsonSchema } from './schema.ts';
import { schemaRows } from './schema-rows.ts';

interface Call {
  method: string;
  path: string;
  operation: Operation;
}

/** The document as one HTML page that needs nothing else: no script, font or image. */
export function renderPage(document: OpenApiDocument): string {
  const calls = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
  const { schemas } = document.components;
  const groups = document.tags.map(({ name, description }) => {
    const own = calls.filter((call) => call.operation.tags.includes(name));
    return { name, description, own };
  });
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title}</title>
<style>${raw(PAGE_STYLE)}</style>
</head>
<body>
<main>
<h1>${document.info.title}</h1>
<p>${words(document.info.description)}</p>
<p class="dim">API version ${document.info.version}. The same as a document: <a href="/openapi.json">/openapi.json</a>. A <code>?</code> marks what may be missing.</p>
${groups.map(({ name, own }) => navigation(name, own))}
<h2>Refusals</h2>
<p class="dim">Whatever is refused is answered with <code>application/problem+json</code>:</p>
<table>
${schemaRows({ $ref: '#/components/schemas/Problem' }, schemas)}
</table>
${groups.map(
  ({ name, description, own }) => html`<h2>${name}</h2>
<p class="dim">${words(description)}</p>
${own.map((call) => section(call, document, schemas))}`,
)}
</main>
</body>
</html>
`;
  return page.text;
}

function navigation(name: string, calls: Call[]): Markup {
  return html`<nav aria-label="${attribute(name)}">
<h4>${name}</h4>
<table>
${calls.map(
  ({ method, path, operation }) =>
    html`<tr><td>${verb(method)} <a href="#${attribute(operation.operationId)}"><code>${path}</code></a></td><td class="dim">${words(operation.summary)}</td></tr>
`,
)}
</table>
</nav>
`;
}

function section(call: Call, document: OpenApiDocument, schemas: Components): Markup {
  const { method, path, operation } = call;
  const body = Object.entries(operation.requestBody?.content ?? {});
  const all = Object.entries(operation.responses);
  const answers = all.filter(([status]) => Number(status) < 400);
  const refusals = all
    .filter(([status]) => Number(status) >= 400)
    .map(([status, { description }]) => `\`${status}\` ${description}`);
  return html`<section id="${attribute(operation.operationId)}">
<h3>${verb(method)} <code>${path}</code></h3>
<p>${words(operation.summary)}</p>
<p class="dim">Who: ${words(callers(operation, document))}</p>
${part('Parameters', operation.parameters.map(parameterRow))}
${body.map(([type, { schema }]) =>
  part(
    `Body: ${type}${operation.requestBody?.required ? '' : ', or none'}`,
    schemaRows(schema, schemas),
  ),
)}
<h4>Answers</h4>
<table>
${answers.map(([status, response]) => answerRow(status, response, schemas))}
</table>
${refusals.length > 0 ? html`<p class="dim">Refused with ${words(refusals.join(', '))}.</p>` : raw('')}
<h4>With curl</h4>
<pre>${curlLine(method, path, operation)}</pre>
</section>
`;
}

function part(title: string, rows: Markup[]): Markup {
  if (rows.length === 0) return raw('');
  return html`<h4>${title}</h4>
<table>
${rows}
</table>
`;
}

function parameterRow(parameter: Parameter): Markup {
  const place = parameter.required ? `${parameter.in}, required` : parameter.in;
  const { name, description, schema } = parameter;
  return html`<tr><td><code>${name}</code> <span class="dim">${place}</span></td><td>${words(
    [description, typeText(schema)].filter(Boolean).join('; '),
  )}</td></tr>
`;
}

function typeText(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  return schema.description ?? '';
}

function answerRow(status: string, response: OpenApiResponse, schemas: Components): Markup {
  const [[type, media] = ['', undefined]] = Object.entries(response.content ?? {});
  const rows = type === 'application/json' && media ? schemaRows(media.schema, schemas) : [];
  const fields =
    rows.length > 0
      ? html`<details open><summary>fields</summary><table>
${rows}
</table></details>`
      : raw('');
  return html`<tr><td><code>${status}</code> <span class="dim">${type}</span></td><td>${words(
    response.description,
  )}${fields}</td></tr>
`;
}

function callers(operation: Operation, document: OpenApiDocument): string {
  if (operation.security.length === 0) return 'anyone';
  const schemes = document.components.securitySchemes;
  return operation.security
    .flatMap((entry) => Object.keys(entry))
    .map((name) => HOW[name] ?? schemes[name]?.description ?? name)
    .join(', or ');
}

const HOW: Record<string, string> = {
  adminToken: 'admin (`Authorization: Bearer`)',
  deviceToken: 'device (`Authorization: Bearer`)',
  signedLink: 'anyone with a signed link',
  gatewayKey: 'gateway (`X-API-Key`)',
};

function verb(method: string): Markup {
  return html`<span class="verb ${attribute(method)}">${method.toUpperCase()}</span>`;
}
