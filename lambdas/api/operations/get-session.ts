import { sessionSchema } from '../../contracts/api/session.ts';
import { defineOperation, jsonResponse } from '../operation.ts';

export const getSessionOperation = defineOperation(
  {
    method: 'get',
    path: '/api/session',
    operationId: 'getSession',
    summary: 'Get the signed-in user and their role',
    tags: ['Session'],
    access: 'viewer',
    usesCatalog: false,
    responses: { 200: jsonResponse('Owner of the token', sessionSchema) },
  },
  (c) => {
    const { id, name, role } = c.var.user;
    return c.json({ id, name, role }, 200);
  },
);
