import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { ACCOUNT_ID, REGION } from '../cloud/account.ts';
import { messageOf } from '../cloud/system-error.ts';
import type { Provisioned, Resource } from '../cloud/resource.ts';
import { PartlyCreatedError } from './stack-errors.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
const responseSchema = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().min(1).max(1024),
  Data: z.record(z.string(), z.unknown()).optional(),
});
type Response = z.infer<typeof responseSchema>;

const MAX_RESPONSE_BYTES = 4096;

/** Attempts of Lambda at an asynchronous event. */
const MAX_ATTEMPTS = 3;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html */
const timeoutSchema = z.coerce.number().int().min(1).max(3600).default(3600);

const addressSchema = z.object({ port: z.number() });

interface CustomResourcesOptions {
  /** Invokes a function once. @throws Error if the function fails */
  readonly invoke: (functionArn: string, payload: unknown) => Promise<void>;
  /** Waits for the time that a response may take. @default the system's timer */
  readonly startTimer?: (seconds: number, onEnd: () => void) => { cancel(): void };
}

interface CustomRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  /** Physical resource id; undefined for a new resource. */
  readonly ref?: string;
  /** Properties before an update. */
  readonly oldProperties?: Readonly<Record<string, unknown>>;
}

/**
 * Custom resources of functions, through CloudFormation's protocol. The first response counts; a later one, or one after the
 * timeout, is accepted like any object that is put to a presigned URL, and has no effect. A function that fails is invoked
 * three times like any other with an asynchronous event, but without pauses, and a request that can no longer get a
 * response fails at once, which takes CloudFormation until the timeout.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
export class CustomResources {
  readonly #options: CustomResourcesOptions;
  /** Receivers of first responses, by path. */
  readonly #waiting = new Map<string, (body: string) => void>();
  #server: Promise<Server> | undefined;

  constructor(options: CustomResourcesOptions) {
    this.#options = options;
  }

  /** @throws PartlyCreatedError with the function's own reason if it fails */
  async create(resource: Resource): Promise<Provisioned> {
    try {
      const response = await this.#request(resource, { type: 'Create' });
      if (response.Status === 'FAILED') throw new PartlyCreatedError(reasonOf(response), response.PhysicalResourceId);
      return toProvisioned(response);
    } catch (error) {
      if (error instanceof PartlyCreatedError) throw error;
      throw new PartlyCreatedError(messageOf(error), resource.physicalName, { cause: error });
    }
  }

  /** Updates a resource; another `ref` than before means that the function has replaced it. @throws Error */
  async update(resource: Resource, before: Resource, ref: string): Promise<Provisioned> {
    const response = await this.#request(resource, { type: 'Update', ref, oldProperties: before.properties });
    if (response.Status === 'FAILED') throw new Error(reasonOf(response));
    return toProvisioned(response);
  }

  /** @throws Error with the function's own reason if it fails */
  async delete(resource: Resource, ref: string): Promise<void> {
    const response = await this.#request(resource, { type: 'Delete', ref });
    if (response.Status === 'FAILED') throw new Error(reasonOf(response));
  }

  /** Stops accepting responses. */
  async close(): Promise<void> {
    const server = await this.#server;
    server?.closeAllConnections();
    server?.close();
  }

  /** Sends one request and waits for the function's PUT to the response URL. */
  async #request(resource: Resource, { type, ref, oldProperties }: CustomRequest): Promise<Response> {
    const { ServiceToken: functionArn, ServiceTimeout: timeout, ...properties } = resource.properties;
    const seconds = timeoutSchema.parse(timeout);
    this.#server ??= this.#listen();
    const { port } = addressSchema.parse((await this.#server).address());
    const path = `/${randomUUID()}`;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#waiting.set(path, resolve);
    const timer = (this.#options.startTimer ?? startSystemTimer)(seconds, () =>
      reject(new Error(`The function sent no response within ${seconds} s.`)),
    );
    try {
      const payload = {
        RequestType: type,
        RequestId: randomUUID(),
        ResponseURL: `http://127.0.0.1:${port}${path}`,
        StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT_ID}:stack/${resource.stack}/local`,
        ResourceType: resource.type,
        LogicalResourceId: resource.logicalId,
        ResourceProperties: { ServiceToken: functionArn, ...toTextProperties(properties) },
        ...(ref !== undefined && { PhysicalResourceId: ref }),
        ...(oldProperties && { OldResourceProperties: toTextProperties(withoutTimeout(oldProperties)) }),
      };
      this.#invoke(String(functionArn), payload).catch((error: unknown) =>
        reject(new Error(`The function sent no response within ${seconds} s: ${messageOf(error)}`, { cause: error })),
      );
      return parseResponse(await promise);
    } finally {
      timer.cancel();
      this.#waiting.delete(path);
    }
  }

  /** @throws the error of the last attempt */
  async #invoke(functionArn: string, payload: unknown): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#options.invoke(functionArn, payload);
        return;
      } catch (error) {
        if (attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  async #listen(): Promise<Server> {
    const server = createServer((request, response) => {
      const receive = async (): Promise<void> => {
        const body = await text(request);
        const path = request.url ?? '';
        response.statusCode = isPut(request) ? 200 : 403;
        response.end(() => {
          if (isPut(request)) this.#waiting.get(path)?.(body);
        });
      };
      receive().catch(() => response.destroy());
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return server.unref();
  }
}

function isPut({ method }: IncomingMessage): boolean {
  return method === 'PUT';
}

function startSystemTimer(seconds: number, onEnd: () => void): { cancel(): void } {
  const timer = setTimeout(onEnd, seconds * 1000);
  return { cancel: () => clearTimeout(timer) };
}

/** @throws Error if CloudFormation would not understand the response */
function parseResponse(body: string): Response {
  if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES)
    throw new Error(`Response object is too long: more than ${MAX_RESPONSE_BYTES} bytes.`);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new Error('The response of the function is not valid JSON.', { cause });
  }
  const { success, data, error } = responseSchema.safeParse(value);
  if (!success) throw new Error(`Invalid response of the function: ${z.prettifyError(error)}`);
  return data;
}

function reasonOf({ Reason: reason = 'no reason given' }: Response): string {
  return reason;
}

function toProvisioned({ PhysicalResourceId: ref, Data: attributes = {} }: Response): Provisioned {
  return { ref, attributes };
}

function withoutTimeout({ ServiceTimeout: _timeout, ...rest }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return rest;
}

/** Converts every scalar to text, as CloudFormation does for custom resources. */
function toTextProperties(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, toText(value)]));
}

function toText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toText);
  return value !== null && typeof value === 'object' ? toTextProperties({ ...value }) : String(value);
}
