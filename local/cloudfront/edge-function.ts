import { createHash, createHmac } from 'node:crypto';
import { createContext, Script, type Context } from 'node:vm';
import { z } from 'zod';

/** Thrown when a function fails, takes too long or answers what is neither request nor response: status 503. */
export class EdgeFunctionFailed extends Error {
  override readonly name = 'EdgeFunctionFailed';
}

/** CloudFront allows about a millisecond of processor; here it is time on a clock, on a laptop that encodes meanwhile. */
const TIME_LIMIT_MS = 1000;
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const MAX_CODE_BYTES = 10 * 1024;

/** Globals of the realm beside the language's own; whatever else is there was left by an earlier call. */
const OWN_NAMES = ['eventText', 'outcome', 'require', 'console'];

/**
 * The code is evaluated anew for each call, inside a function, so that nothing of its top level outlives the call. The
 * realm has its own microtasks, which end within the script's time: nothing is left to await outside.
 */
const callOf = (code: string): string => `(() => {
for (const name of Object.keys(globalThis)) if (!${JSON.stringify(OWN_NAMES)}.includes(name)) delete globalThis[name];
const handler = (function () {
${code}
;return handler; })();
const event = JSON.parse(eventText);
Promise.resolve().then(() => handler(event)).then(
  (value) => { outcome = JSON.stringify({ value }); },
  (error) => { outcome = JSON.stringify({ error: String(error) }); },
);
})();`;

const outcomeSchema = z.object({ value: z.unknown(), error: z.string().optional() });

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
 * A CloudFront Function of the runtime `cloudfront-js-2.0`, run in a realm of its own: no network, no timers, no state
 * between two calls. The code is the template's own, so the realm is there for sameness and not for safety.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export class EdgeFunction {
  readonly #script: Script;
  readonly #name: string;
  #realm: Context | undefined;

  /** @throws Error if the code is too long, does not parse or imports what the edge does not have */
  constructor(name: string, code: string) {
    if (Buffer.byteLength(code) > MAX_CODE_BYTES)
      throw new Error(`Function ${name} is longer than ${MAX_CODE_BYTES} bytes`);
    if (/^\s*import\s/m.test(code))
      throw new Error(`Function ${name} imports a module that the edge does not carry out`);
    this.#name = name;
    this.#script = new Script(callOf(code), { filename: name });
  }

  /**
   * @returns what the handler answered, as plain data
   * @throws EdgeFunctionFailed
   */
  run(event: unknown): unknown {
    const realm = (this.#realm ??= createRealm());
    realm['eventText'] = JSON.stringify(event);
    realm['outcome'] = undefined;
    try {
      this.#script.runInContext(realm, { timeout: TIME_LIMIT_MS });
      return valueOf(realm['outcome']);
    } catch (error) {
      // What was cut off in the middle may have left anything behind.
      this.#realm = undefined;
      throw new EdgeFunctionFailed(`Function ${this.#name} failed: ${String(error)}`, { cause: error });
    }
  }
}

function createRealm(): Context {
  const globals = { eventText: '', outcome: undefined, require: requireModule, console: { log: () => undefined } };
  return createContext(globals, { microtaskMode: 'afterEvaluate' });
}

function valueOf(outcome: unknown): unknown {
  if (typeof outcome !== 'string') throw new Error('it did not come to an end');
  const { value, error } = outcomeSchema.parse(JSON.parse(outcome));
  if (error !== undefined) throw new Error(error);
  return value;
}
