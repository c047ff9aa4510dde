// Signals without components: Preact is an ES module, which jest does not load here, and no test here renders.
jest.mock('@preact/signals', () => jest.requireActual<object>('@preact/signals-core'));

/** A request of a page to the API or the bucket. */
export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly idempotencyKey: string | null;
}

/** A response, or none because there is no connection. */
export type StandInResponse = { readonly status: number; readonly body?: unknown } | 'no connection';

/**
 * Stand-in for the parts of a browser that the modules of the pages use. `respond` makes the responses; `requests` keeps
 * the requests. To be imported before the modules that use it.
 */
export const browser = {
  events: new EventTarget(),
  storage: new Map<string, string>(),
  storageState: 'open' as 'open' | 'full' | 'blocked',
  requests: [] as StandInRequest[],
  respond: (_request: StandInRequest): StandInResponse | Promise<StandInResponse> => 'no connection',
  /** Returns the requests as lines such as `POST /api/uploads`. */
  lines: (): string[] => browser.requests.map(({ method, path }) => `${method} ${path}`),
  reset: (): void => {
    browser.storage.clear();
    browser.storageState = 'open';
    browser.requests.length = 0;
  },
};

async function send(request: StandInRequest): Promise<StandInResponse> {
  browser.requests.push(request);
  return browser.respond(request);
}

function pathOf(url: string): string {
  return new URL(url, 'https://pages.example').pathname;
}

async function fetchStandIn(url: string, init: RequestInit = {}): Promise<Response> {
  const { method = 'GET', body, headers, signal } = init;
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
  signal?.throwIfAborted();
  const response = await Promise.race([
    send({
      method,
      path: pathOf(url),
      body: typeof body === 'string' ? JSON.parse(body) : null,
      idempotencyKey: new Headers(headers).get('idempotency-key'),
    }),
    aborted,
  ]);
  if (response === 'no connection') throw new TypeError('Failed to fetch');
  const text = response.status === 204 ? null : JSON.stringify(response.body ?? {});
  return new Response(text, { status: response.status, headers: { 'content-type': 'application/json' } });
}

class XmlHttpRequestStandIn extends EventTarget {
  readonly upload = new EventTarget();
  status = 0;
  #method = '';
  #path = '';
  #ended = false;

  open(method: string, url: string): void {
    this.#method = method;
    this.#path = pathOf(url);
  }

  setRequestHeader(): void {}

  abort(): void {
    this.#end(0);
  }

  send(bytes: Blob): void {
    void send({ method: this.#method, path: this.#path, body: bytes, idempotencyKey: null }).then((response) => {
      if (this.#ended) return;
      if (response === 'no connection') return this.#end(0);
      this.#reportProgress(bytes.size);
      return this.#end(response.status);
    });
    this.#reportProgress(Math.floor(bytes.size / 2));
  }

  #reportProgress(loaded: number): void {
    this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded }));
  }

  #end(status: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.status = status;
    this.dispatchEvent(new Event('loadend'));
  }
}

const localStorageStandIn = {
  getItem: (key: string) => browser.storage.get(key) ?? null,
  setItem: (key: string, value: string): void => {
    if (browser.storageState === 'full') throw new DOMException('The quota was exceeded.', 'QuotaExceededError');
    browser.storage.set(key, value);
  },
  removeItem: (key: string) => void browser.storage.delete(key),
};

Object.defineProperty(globalThis, 'localStorage', {
  configurable: true,
  get: () => {
    if (browser.storageState === 'blocked') throw new DOMException('Access is denied.', 'SecurityError');
    return localStorageStandIn;
  },
});

Object.assign(globalThis, {
  addEventListener: browser.events.addEventListener.bind(browser.events),
  removeEventListener: browser.events.removeEventListener.bind(browser.events),
  location: new URL('https://pages.example/'),
  document: Object.assign(new EventTarget(), { visibilityState: 'hidden' }),
  fetch: fetchStandIn,
  XMLHttpRequest: XmlHttpRequestStandIn,
});
