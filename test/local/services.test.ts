import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApiServer } from '../../local/aws-api/server.ts';
import { openServices, type OpenedServices } from '../../local/cloud/open-services.ts';
import { cognitoService } from '../../local/cognito/service.ts';
import { s3Service } from '../../local/s3/service.ts';
import { SERVICES } from '../../local/services.ts';
import { temporaryContext } from '../support/local/serve-services.ts';

test('lists each service once', () => {
  expect(new Set(SERVICES.map(({ name }) => name)).size).toBe(SERVICES.length);
});

describe.each([
  ['S3 first', [s3Service, cognitoService]],
  ['Cognito first', [cognitoService, s3Service]],
])('with %s in the list', (_order, list) => {
  let services: OpenedServices;
  let endpoint = 'http://127.0.0.1:1';
  let server: Server;
  beforeAll(async () => {
    const context = temporaryContext({ endpoint: () => endpoint });
    services = await openServices(list, context);
    server = createApiServer({ credentials: context.credentials, services: services.apis });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const cors = { allowedMethods: ['PUT'], allowedOrigins: ['https://a.example'], allowedHeaders: [], exposedHeaders: [] };
    services.instanceOf(s3Service).putBucket('videos', { corsRules: [cors] });
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await services.close();
  });

  test('sends a preflight request for the token endpoint to Cognito', async () => {
    const response = await fetch(`${endpoint}/oauth2/token`, { method: 'OPTIONS' });
    expect([response.status, response.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, POST']);
  });

  test('sends any other preflight request to S3', async () => {
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'PUT' };
    const response = await fetch(`${endpoint}/videos/a.mp4`, { method: 'OPTIONS', headers });
    expect([response.status, response.headers.get('access-control-allow-methods')]).toEqual([200, 'PUT']);
  });
});
