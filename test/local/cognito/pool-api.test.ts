import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { cognitoDomain } from '../../../lambdas/sign-in-domain/cognito-domain.ts';
import { cognitoService } from '../../../local/cognito/service.ts';
import { serveServices, type ServedServices } from '../../support/local/serve-services.ts';

let served: ServedServices;
let cognito: CognitoIdentityProviderClient;
beforeEach(async () => {
  served = await serveServices([cognitoService]);
  cognito = new CognitoIdentityProviderClient(served.client);
});
afterEach(async () => {
  cognito.destroy();
  await served.remove();
});

test('the function’s own requests find, create and delete the domain of a pool', async () => {
  const { ref } = await served.provision('AWS::Cognito::UserPool', 'Pool');
  const domain = cognitoDomain(cognito, ref);
  expect(await domain.find()).toBeUndefined();
  await domain.create('school-videos');
  expect(await domain.find()).toBe('school-videos');
  await domain.delete('school-videos');
  expect(await domain.find()).toBeUndefined();
});

test('a second domain of a pool, a prefix of another pool and a missing domain are refused', async () => {
  const { ref } = await served.provision('AWS::Cognito::UserPool', 'Pool');
  const { ref: other } = await served.provision('AWS::Cognito::UserPool', 'Other');
  await cognitoDomain(cognito, ref).create('school-videos');
  const refusal = (message: string) => ({ name: 'InvalidParameterException', message });
  await expect(cognitoDomain(cognito, ref).create('more')).rejects.toMatchObject(refusal('User pool already has a domain configured.'));
  await expect(cognitoDomain(cognito, other).create('school-videos')).rejects.toMatchObject(
    refusal('Domain already associated with another user pool.'),
  );
  await expect(cognitoDomain(cognito, other).delete('school-videos')).rejects.toMatchObject(refusal('No such domain or user pool exists.'));
});

test('a missing pool, an invalid prefix and a wrong key are refused with Cognito’s codes', async () => {
  const { ref } = await served.provision('AWS::Cognito::UserPool', 'Pool');
  await expect(cognitoDomain(cognito, 'us-east-1_missing').find()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(cognitoDomain(cognito, ref).create('School')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const credentials = { ...served.client.credentials, secretAccessKey: 'wrong' };
  const stranger = new CognitoIdentityProviderClient({ ...served.client, credentials });
  await expect(cognitoDomain(stranger, ref).find()).rejects.toMatchObject({ name: expect.stringMatching(/Signature/) });
});
