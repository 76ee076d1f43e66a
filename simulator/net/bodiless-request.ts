import type { HeaderFields } from './header-fields.ts';

/** The members of a web Request that say how a browser is to fetch it, or read its body. */
const OTHERS = [
  'arrayBuffer',
  'attribute',
  'blob',
  'body',
  'bodyUsed',
  'bytes',
  'cache',
  'clone',
  'credentials',
  'destination',
  'duplex',
  'formData',
  'integrity',
  'isHistoryNavigation',
  'isReloadNavigation',
  'json',
  'keepalive',
  'mode',
  'redirect',
  'referrer',
  'referrerPolicy',
  'signal',
  'text',
  'textStream',
] as const;

/**
 * A GET or HEAD as servers see it, which look at method, URL and fields. A web Request is made when somebody asks for more: a gateway
 * asks thousands of times, and making one takes longer than answering it.
 */
export class BodilessRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderFields;
  #request: Request | undefined;

  static {
    for (const name of OTHERS) {
      Object.defineProperty(BodilessRequest.prototype, name, {
        get(this: BodilessRequest) {
          const request = this.toRequest();
          const member: unknown = Reflect.get(request, name);
          return typeof member === 'function' ? member.bind(request) : member;
        },
      });
    }
  }

  constructor(method: string, url: string, headers: HeaderFields) {
    this.method = method;
    this.url = url;
    this.headers = headers;
  }

  /** For whoever hands it on to something that takes none but the web's own. */
  toRequest(): Request {
    const { method, url, headers } = this;
    this.#request ??= new Request(url, { method, headers: [...headers] });
    return this.#request;
  }

  /** It has all that a Request has. */
  asRequest(): Request {
    return this as unknown as Request;
  }
}
