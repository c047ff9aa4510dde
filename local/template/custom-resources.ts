import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { ACCOUNT_ID, REGION } from '../cloud/account.ts';
import { JsonFile } from '../durable/json-file.ts';
import type { Provisioned, Resource } from '../cloud/resource.ts';

const responseSchema = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string(),
  Data: z.record(z.string(), z.unknown()).optional(),
});
type Response = z.infer<typeof responseSchema>;

const addressSchema = z.object({ port: z.number() });

const rememberedSchema = z.record(
  z.string(),
  z.object({
    physicalId: z.string(),
    properties: z.record(z.string(), z.unknown()),
    data: z.record(z.string(), z.unknown()),
  }),
);

type Request = { readonly RequestType: 'Create' | 'Update'; readonly [field: string]: unknown };

interface CustomResourcesOptions {
  /** File of the remembered responses. */
  readonly file: string;
  /** Invokes a function once. @throws Error if the function fails */
  readonly invoke: (functionArn: string, payload: unknown) => Promise<void>;
}

const DEFAULT_TIMEOUT_SECONDS = 300;

/**
 * Creates custom resources by invoking their functions through CloudFormation's protocol, and remembers the responses: a
 * start with the same properties invokes nothing.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
export class CustomResources {
  readonly #options: CustomResourcesOptions;
  readonly #remembered: JsonFile<z.infer<typeof rememberedSchema>>;

  constructor(options: CustomResourcesOptions) {
    this.#options = options;
    this.#remembered = new JsonFile(options.file, rememberedSchema, {});
  }

  /** @throws Error with the function's own reason if it fails */
  async provision(resource: Resource): Promise<Provisioned> {
    const id = `${resource.stack}/${resource.logicalId}`;
    const { ServiceToken: functionArn, ServiceTimeout: timeoutSeconds, ...rest } = resource.properties;
    const properties = toTextProperties(rest);
    const before = this.#remembered.value[id];
    if (before !== undefined && JSON.stringify(before.properties) === JSON.stringify(properties)) {
      return { ref: before.physicalId, attributes: before.data };
    }
    const response = await this.#request(String(functionArn), Number(timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS), {
      RequestType: before === undefined ? 'Create' : 'Update',
      StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT_ID}:stack/${resource.stack}/local`,
      ResourceType: resource.type,
      LogicalResourceId: resource.logicalId,
      ResourceProperties: { ServiceToken: functionArn, ...properties },
      ...(before && { PhysicalResourceId: before.physicalId, OldResourceProperties: before.properties }),
    });
    if (response.Status === 'FAILED')
      throw new Error(`${resource.type} ${id} failed: ${response.Reason ?? 'no reason given'}`);
    const data = response.Data ?? {};
    this.#remembered.write({
      ...this.#remembered.value,
      [id]: { physicalId: response.PhysicalResourceId, properties, data },
    });
    return { ref: response.PhysicalResourceId, attributes: data };
  }

  /** Sends one request and waits for the function's PUT to the response URL. */
  async #request(functionArn: string, timeoutSeconds: number, request: Request): Promise<Response> {
    const path = `/${randomUUID()}`;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const server = createServer((incoming, outgoing) => {
      const isExpected = incoming.method === 'PUT' && incoming.url === path;
      outgoing.statusCode = isExpected ? 200 : 403;
      if (isExpected) readResponse(incoming).then((response) => outgoing.end(() => resolve(response)), reject);
      else outgoing.end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = addressSchema.parse(server.address());
    const timer = setTimeout(
      () => reject(new Error(`${String(request['ResourceType'])} sent no response within ${timeoutSeconds} s.`)),
      timeoutSeconds * 1000,
    );
    try {
      const payload = { ...request, RequestId: randomUUID(), ResponseURL: `http://127.0.0.1:${port}${path}` };
      this.#options.invoke(functionArn, payload).catch(reject);
      return await promise;
    } finally {
      clearTimeout(timer);
      server.closeAllConnections();
      server.close();
    }
  }
}

async function readResponse(incoming: IncomingMessage): Promise<Response> {
  return responseSchema.parse(JSON.parse(await text(incoming)));
}

/** Converts every scalar to text, as CloudFormation does for custom resources. */
function toTextProperties(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, toText(value)]));
}

function toText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toText);
  return value !== null && typeof value === 'object' ? toTextProperties({ ...value }) : String(value);
}
