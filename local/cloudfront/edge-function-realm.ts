import { createHash, createHmac } from 'node:crypto';
import { type Context, createContext, Script } from 'node:vm';

/** Globals of the realm besides those of the language; all others were left by an earlier call. */
const REALM_GLOBALS = ['eventText', 'outcome', 'require', 'console'];

/**
 * Wraps the code into a script that evaluates it for each call, inside a function, so that no top-level state outlives the
 * call. The realm runs its own microtasks before the script ends, so nothing has to be awaited outside.
 */
function wrapCall(code: string): string {
  return `(() => {
for (const name of Object.keys(globalThis)) if (!${JSON.stringify(REALM_GLOBALS)}.includes(name)) delete globalThis[name];
const handler = (function () {
${code}
;return handler; })();
const { rawQueryString, ...event } = JSON.parse(eventText);
event.request.rawQueryString = () => rawQueryString;
Promise.resolve().then(() => handler(event)).then(
  (value) => { outcome = JSON.stringify({ value }); },
  (error) => { outcome = JSON.stringify({ error: String(error) }); },
);
})();`;
}

/** Compiles the code of a function. @throws SyntaxError */
export function compileEdgeFunction(name: string, code: string): Script {
  return new Script(wrapCall(code), { filename: name });
}

/** Modules that a function may `require`. */
const MODULES: Readonly<Record<string, unknown>> = {
  crypto: {
    createHash: (algorithm: string) => createHash(algorithm),
    createHmac: (algorithm: string, key: string) => createHmac(algorithm, key),
  },
};

function requireModule(name: string): unknown {
  if (MODULES[name] === undefined) throw new Error(`Module '${name}' is not available to functions.`);
  return MODULES[name];
}

/**
 * Realm in which one function runs, without network, timers or state between calls. It provides the environment of
 * CloudFront, not security: the code belongs to the template.
 */
export class EdgeFunctionRealm {
  readonly #script: Script;
  #realm: Context | undefined;

  constructor(name: string, code: string) {
    this.#script = compileEdgeFunction(name, code);
  }

  /** Returns JSON of `{ value }` or `{ error }`; never returns if the function does not end. */
  run(eventText: string): string {
    const realm = (this.#realm ??= createRealm());
    realm['eventText'] = eventText;
    realm['outcome'] = undefined;
    try {
      this.#script.runInContext(realm);
      const outcome: unknown = realm['outcome'];
      return typeof outcome === 'string' ? outcome : JSON.stringify({ error: 'its promise was never settled' });
    } catch (error) {
      // An interrupted call may have left any state.
      this.#realm = undefined;
      return JSON.stringify({ error: String(error) });
    }
  }
}

function createRealm(): Context {
  const globals = { eventText: '', outcome: undefined, require: requireModule, console: { log: () => undefined } };
  return createContext(globals, { microtaskMode: 'afterEvaluate' });
}
