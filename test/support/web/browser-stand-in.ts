// Signals without components: Preact comes as an ES module, which is not loaded here, and nothing here draws anything.
jest.mock('@preact/signals', () => jest.requireActual<object>('@preact/signals-core'));

/** A request as a page makes it, to the API or to the bucket. */
export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly idempotencyKey: string | null;
}

/** An answer, or none because there is no connection. */
export type StandInResponse = { readonly status: number; readonly body?: unknown } | 'no connection';

/**
 * What the modules of the pages ask of a browser, as far as sending files needs it. Answers come from `answer`; what
 * was asked is kept in `asked`. To be imported before the modules that use it.
 */
export const browser = {
  events: new EventTarget(),
  storage: new Map<string, string>(),
  asked: [] as StandInRequest[],
  answer: (_asked: StandInRequest): StandInResponse | Promise<StandInResponse> => 'no connection',
  /** As `POST /api/uploads`. */
  lines: (): string[] => browser.asked.map(({ method, path }) => `${method} ${path}`),
  reset: (): void => {
    browser.storage.clear();
    browser.asked.length = 0;
  },
};

async function ask(asked: StandInRequest): Promise<StandInResponse> {
  browser.asked.push(asked);
  return browser.answer(asked);
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
  const answer = await Promise.race([
    ask({
      method,
      path: pathOf(url),
      body: typeof body === 'string' ? JSON.parse(body) : null,
      idempotencyKey: new Headers(headers).get('idempotency-key'),
    }),
    aborted,
  ]);
  if (answer === 'no connection') throw new TypeError('Failed to fetch');
  const text = answer.status === 204 ? null : JSON.stringify(answer.body ?? {});
  return new Response(text, { status: answer.status });
}

class XmlHttpRequestStandIn extends EventTarget {
  readonly upload = new EventTarget();
  status = 0;
  #method = '';
  #path = '';
  #over = false;

  open(method: string, url: string): void {
    this.#method = method;
    this.#path = pathOf(url);
  }

  setRequestHeader(): void {}

  abort(): void {
    this.#end(0);
  }

  send(bytes: Blob): void {
    void ask({ method: this.#method, path: this.#path, body: bytes, idempotencyKey: null }).then((answer) => {
      if (this.#over) return;
      if (answer === 'no connection') return this.#end(0);
      this.#tell(bytes.size);
      return this.#end(answer.status);
    });
    this.#tell(Math.floor(bytes.size / 2));
  }

  #tell(loaded: number): void {
    this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded }));
  }

  #end(status: number): void {
    if (this.#over) return;
    this.#over = true;
    this.status = status;
    this.dispatchEvent(new Event('loadend'));
  }
}

Object.assign(globalThis, {
  addEventListener: browser.events.addEventListener.bind(browser.events),
  removeEventListener: browser.events.removeEventListener.bind(browser.events),
  localStorage: {
    getItem: (key: string) => browser.storage.get(key) ?? null,
    setItem: (key: string, value: string) => void browser.storage.set(key, value),
    removeItem: (key: string) => void browser.storage.delete(key),
  },
  location: new URL('https://pages.example/'),
  document: Object.assign(new EventTarget(), { visibilityState: 'hidden' }),
  fetch: fetchStandIn,
  XMLHttpRequest: XmlHttpRequestStandIn,
});
