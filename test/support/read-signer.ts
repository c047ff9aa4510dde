import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientConfig, type Running } from '../../local/cli/running.ts';
import { signingKeySchema } from '../../lambdas/contracts/signing-key.ts';
import type { VideoSigner } from '../../lambdas/signing/sign-video.ts';

/** Reads the app's own key as the operator, to sign what its playback function would refuse to sign. */
export async function readSigner(running: Running): Promise<VideoSigner> {
  const lambda = new LambdaClient(clientConfig(running));
  const secrets = new SecretsManagerClient(clientConfig(running));
  const { Environment: environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: running.outputs['PlaybackFunctionName'] }),
  );
  const { SIGNING_KEY_PAIR_ID: keyPairId = '', SIGNING_KEY_SECRET_ARN: secretArn } = environment?.Variables ?? {};
  const { SecretString: secret = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
  lambda.destroy();
  secrets.destroy();
  const { privateKeyPem } = signingKeySchema.parse(JSON.parse(secret));
  return { edgeUrl: running.edgeUrl, keyPairId, privateKeyPem };
}
