import { createHash, createHmac } from 'node:crypto';
import { createContext, Script, type Context } from 'node:vm';

/** Globals of the realm beside the language's own; whatever else is there was left by an earlier call. */
const REALM_GLOBALS = ['eventText', 'outcome', 'require', 'console'];

/**
 * The code is evaluated anew for each call, inside a function, so that nothing of its top level outlives the call. The
 * realm has its own microtasks, which end within the script's time: nothing is left to await outside.
 */
function wrapCall(code: string): string {
  return `(() => {
for (const name of Object.keys(globalThis)) if (!${JSON.stringify(REALM_GLOBALS)}.includes(name)) delete globalThis[name];
const handler = (function () {
${code}
;return handler; })();
const event = JSON.parse(eventText);
Promise.resolve().then(() => handler(event)).then(
  (value) => { outcome = JSON.stringify({ value }); },
  (error) => { outcome = JSON.stringify({ error: String(error) }); },
);
})();`;
}

/** @throws SyntaxError */
export function compileEdgeFunction(name: string, code: string): Script {
  return new Script(wrapCall(code), { filename: name });
}

/** What a function may `require`: of Node's modules, hashes only. */
const MODULES: Readonly<Record<string, unknown>> = {
  crypto: {
    createHash: (algorithm: string) => createHash(algorithm),
    createHmac: (algorithm: string, key: string) => createHmac(algorithm, key),
  },
};

function requireModule(name: string): unknown {
  if (MODULES[name] === undefined) throw new Error(`There is no module ${name}`);
  return MODULES[name];
}

/**
 * Where the code of one function runs, without network, timers or state between two calls. The code is the template's
 * own, so the realm is there for sameness and not for safety.
 */
export class EdgeFunctionRealm {
  readonly #script: Script;
  #realm: Context | undefined;

  constructor(name: string, code: string) {
    this.#script = compileEdgeFunction(name, code);
  }

  /** @returns JSON of `{ value }`, or of `{ error }` in words; never, if the function does not end */
  run(eventText: string): string {
    const realm = (this.#realm ??= createRealm());
    realm['eventText'] = eventText;
    realm['outcome'] = undefined;
    try {
      this.#script.runInContext(realm);
      const outcome: unknown = realm['outcome'];
      return typeof outcome === 'string' ? outcome : JSON.stringify({ error: 'it did not come to an end' });
    } catch (error) {
      // What was broken off in the middle may have left anything behind.
      this.#realm = undefined;
      return JSON.stringify({ error: String(error) });
    }
  }
}

function createRealm(): Context {
  const globals = { eventText: '', outcome: undefined, require: requireModule, console: { log: () => undefined } };
  return createContext(globals, { microtaskMode: 'afterEvaluate' });
}
