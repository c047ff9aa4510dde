/**
 * Runs one function in one process like Lambda's Node.js runtime: loads the handler, then processes invocations of the
 * Runtime API one by one. It is plain JavaScript that imports only Node's modules, so that it starts fast and adds
 * nothing to the function's process.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const PARENT_FD = 3;
const TRACE_ID = '_X_AMZN_TRACE_ID';
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HTTP_INTEGRATION = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_END = new Uint8Array(8);

const { AWS_LAMBDA_RUNTIME_API: runtimeApi, LAMBDA_TASK_ROOT: taskRoot, _HANDLER: handlerName } = process.env;
const [, , compileCache] = process.argv;
if (compileCache) enableCompileCache(compileCache);

// The parent process holds the other end, which closes when the parent ends for any reason.
new Socket({ fd: PARENT_FD, readable: true })
  .on('close', () => process.exit(0))
  .on('error', () => process.exit(0))
  .resume()
  .unref();

// A service manager signals every process of the laptop cloud. The parent decides when this one ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let currentRequestId = '';

/** Calls the Runtime API; its failure ends the process. */
function call(method, path, { headers = {}, body } = {}) {
  return new Promise((resolve) => {
    const outgoing = open(method, path, headers, (response, content) =>
      resolve({ headers: response.headers, content }),
    );
    outgoing.end(body);
  });
}

function open(method, path, headers, onResponse) {
  return request(`http://${runtimeApi}/2018-06-01/runtime/${path}`, { method, headers, agent }, (response) => {
    const chunks = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('end', () => onResponse(response, Buffer.concat(chunks)));
    response.on('error', () => process.exit(1));
  }).on('error', () => process.exit(1));
}

function describe(error) {
  return error instanceof Error
    ? {
        errorType: error.name || 'Error',
        errorMessage: error.message,
        trace: (error.stack ?? '').split('\n'),
      }
    : { errorType: typeof error, errorMessage: format(error), trace: [] };
}

function reportError(path, error) {
  const description = describe(error);
  process.stdout.write(
    line('ERROR', [`${description.errorType}: ${description.errorMessage}`, JSON.stringify(description)]),
  );
  return call('POST', path, {
    headers: { 'Content-Type': 'application/json', 'Lambda-Runtime-Function-Error-Type': description.errorType },
    body: JSON.stringify(description),
  });
}

function named(name, message, cause) {
  return Object.assign(new Error(message, { cause }), { name });
}

/** Loads the handler: `index.handler` is the export `handler` of `index.mjs`, `.cjs` or `.js`. */
async function loadHandler() {
  const [, path, exported] = /^(.+?)\.([^/]+)$/.exec(handlerName) ?? [];
  if (path === undefined) throw named('Runtime.MalformedHandlerName', `Bad handler ${handlerName}`);
  const file = ['.mjs', '.cjs', '.js']
    .map((extension) => join(taskRoot, path + extension))
    .find((name) => existsSync(name));
  if (file === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${path}'`);
  let module;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw named('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, error);
    throw error;
  }
  const handler = exported.split('.').reduce((value, name) => value?.[name] ?? value?.default?.[name], module);
  if (typeof handler !== 'function')
    throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  return handler;
}

/**
 * Response stream of a streaming handler; the request to the Runtime API begins with the first byte.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
 */
class ResponseStream extends Writable {
  #contentType = 'application/octet-stream';
  #outgoing;
  #requestId;
  #received;
  beforeFirstWrite;
  response = new Promise((resolve) => (this.#received = resolve));

  constructor(requestId) {
    super();
    this.#requestId = requestId;
  }

  get started() {
    return this.#outgoing !== undefined;
  }

  setContentType(contentType) {
    this.#contentType = contentType;
  }

  #open() {
    if (this.#outgoing === undefined) {
      this.#outgoing = open(
        'POST',
        `invocation/${this.#requestId}/response`,
        {
          'Content-Type': this.#contentType,
          'Lambda-Runtime-Function-Response-Mode': 'streaming',
          Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
          'Transfer-Encoding': 'chunked',
        },
        this.#received,
      );
      this.#outgoing.setNoDelay(true);
      this.beforeFirstWrite?.((chunk) => this.#outgoing.write(chunk));
    }
    return this.#outgoing;
  }

  _write(chunk, _encoding, done) {
    if (chunk.length === 0) done();
    else this.#open().write(chunk, done);
  }

  /**
   * Ends the response. One without a byte of its body never ends, so that the function times out:
   * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/95
   */
  _final(done) {
    if (this.started) this.#outgoing.end(done);
    else this.#open().flushHeaders();
  }

  /** Ends a started response with an error. */
  fail(error) {
    const description = describe(error);
    this.#outgoing.addTrailers({
      'Lambda-Runtime-Function-Error-Type': description.errorType,
      'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(description)).toString('base64'),
    });
    this.#outgoing.end();
  }
}

globalThis.awslambda = {
  streamifyResponse: (handler) => Object.assign(handler, { [STREAMING]: 'response' }),
  HttpResponseStream: {
    from: (stream, prelude) => {
      stream.setContentType(HTTP_INTEGRATION);
      stream.beforeFirstWrite = (write) => {
        write(JSON.stringify(prelude));
        write(PRELUDE_END);
      };
      return stream;
    },
  },
};

function line(level, values) {
  return `${new Date().toISOString()}\t${currentRequestId || 'undefined'}\t${level}\t${format(...values)}\n`;
}

const LEVELS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };
for (const [method, level] of Object.entries(LEVELS)) {
  console[method] = (...values) => void process.stdout.write(line(level, values));
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = headers['lambda-runtime-client-context'];
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function runStreaming(handler, event, context) {
  const stream = new ResponseStream(context.awsRequestId);
  try {
    await handler(event, stream, context);
    if (!stream.writableEnded) stream.end();
    await stream.response;
  } catch (error) {
    if (!stream.started) throw error;
    stream.fail(error);
    await stream.response;
  }
}

async function run(handler, event, context) {
  const result = await handler(event, context);
  await call('POST', `invocation/${context.awsRequestId}/response`, {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(result) ?? 'null',
  });
}

/** @param name type of the error that the runtime reports; undefined for the error's own */
async function crash(error, name) {
  const path = currentRequestId === '' ? 'init/error' : `invocation/${currentRequestId}/error`;
  await reportError(path, name === undefined ? error : named(name, describe(error).errorMessage, error));
  process.exit(1);
}
process.on('uncaughtException', (error) => void crash(error));
// No pending operation is left, so that the handler's promise can never settle.
process.once('beforeExit', () => void crash(new Error('A promise was never settled'), 'Runtime.NodeJsExit'));
process.on('unhandledRejection', (error) => void crash(error, 'Runtime.UnhandledPromiseRejection'));

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  await reportError('init/error', error);
  process.exit(1);
}

for (let first = true; ; first = false) {
  const { headers, content } = await call('GET', 'invocation/next');
  const context = contextOf(headers);
  currentRequestId = context.awsRequestId;
  process.env[TRACE_ID] = headers['lambda-runtime-trace-id'];
  try {
    await (handler[STREAMING] === 'response' ? runStreaming : run)(handler, JSON.parse(content.toString()), context);
  } catch (error) {
    await reportError(`invocation/${context.awsRequestId}/error`, error);
  }
  // The compiled code speeds up later processes of the function; it is written now since this process may be killed.
  if (first) setImmediate(() => flushCompileCache());
}
