import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { GatewayFacts } from './services.ts';

/**
 * Context that API Gateway adds to a request.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
const eventSchema = z.object({
  event: z.object({
    rawPath: z.string().optional(),
    requestContext: z.object({ requestId: z.string() }),
    headers: z.object({ 'content-length': z.coerce.number() }).partial().catch({}),
    isBase64Encoded: z.boolean().default(false),
  }),
});

/** Returns what API Gateway says about a request. @param bindings those of Hono's adapter */
export function readGateway(bindings: unknown): GatewayFacts {
  const parsed = eventSchema.safeParse(bindings);
  if (!parsed.success) return { requestId: randomUUID() };
  const { rawPath, requestContext, headers, isBase64Encoded } = parsed.data.event;
  return {
    requestId: requestContext.requestId,
    path: rawPath,
    textBytes: isBase64Encoded ? undefined : (headers['content-length'] ?? Number.NaN),
  };
}
