import { cognitoService } from '../../local/cognito/service.ts';
import { s3Service } from '../../local/s3/service.ts';
import { SERVICES } from '../../local/services.ts';
import { serveServices, type ServedServices } from '../support/local/serve-services.ts';

test('lists each service once', () => {
  expect(new Set(SERVICES.map(({ name }) => name)).size).toBe(SERVICES.length);
});

describe.each([
  ['S3 first', [s3Service, cognitoService]],
  ['Cognito first', [cognitoService, s3Service]],
])('with %s in the list', (_order, list) => {
  let served: ServedServices;
  beforeAll(async () => {
    served = await serveServices(list);
    const cors = {
      allowedMethods: ['PUT'],
      allowedOrigins: ['https://a.example'],
      allowedHeaders: [],
      exposedHeaders: [],
    };
    served.instanceOf(s3Service).putBucket('videos', { corsRules: [cors] });
  });
  afterAll(() => served.remove());

  test('sends a preflight request for the token endpoint to Cognito', async () => {
    const response = await fetch(`${served.endpoint}/oauth2/token`, { method: 'OPTIONS' });
    expect([response.status, response.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, POST']);
  });

  test('sends any other preflight request to S3', async () => {
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'PUT' };
    const response = await fetch(`${served.endpoint}/videos/a.mp4`, { method: 'OPTIONS', headers });
    expect([response.status, response.headers.get('access-control-allow-methods')]).toEqual([200, 'PUT']);
  });
});
