import { z } from '@hono/zod-openapi';
import { defineOperation, jsonResponse } from '../operation.ts';

export const getDescriptionOperation = defineOperation(
  {
    method: 'get',
    path: '/api/openapi.json',
    operationId: 'getDescription',
    summary: 'Get this description',
    tags: ['Description'],
    access: 'none',
    keptAtEdge: true,
    responses: { 200: jsonResponse('OpenAPI 3.1', z.looseObject({ openapi: z.string() })) },
  },
  (c) => c.json({ ...c.var.describe() }, 200),
);
