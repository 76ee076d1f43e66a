import { z } from 'zod';
import { type Route, route } from '../http/routes.ts';
import { openApiDocument } from './document.ts';
import { renderPage } from './page.ts';
import { PAGE_POLICY } from './page-style.ts';

/** Of the API that the document describes, not of the program that serves it. */
const API_VERSION = '1.0.0';

/** The API document and its page, of all routes there are when one of them is first asked for. */
export function openApiRoutes(routes: () => readonly Route[]): Route[] {
  const json = once(() => JSON.stringify(openApiDocument(routes(), API_VERSION)));
  const page = once(() => renderPage(openApiDocument(routes(), API_VERSION)));
  return [
    route({
      method: 'GET',
      path: '/openapi.json',
      access: 'public',
      summary: 'This API as an OpenAPI 3.1 document',
      responses: {
        200: { description: 'The document.', schema: z.looseObject({ openapi: z.string() }) },
      },
      handle: (c) => c.body(json(), 200, { 'content-type': 'application/json' }),
    }),
    route({
      method: 'GET',
      path: '/docs',
      access: 'public',
      summary: 'This API as a page to read',
      responses: { 200: { description: 'The page.', type: 'text/html' } },
      handle: (c) =>
        c.body(page(), 200, {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': PAGE_POLICY,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
        }),
    }),
  ];
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
