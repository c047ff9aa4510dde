import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ignoreAwsSettings } from '../cli/env.ts';
import { clientConfig, readRunning } from '../cli/running.ts';
import { systemErrorCode } from '../cloud/system-error.ts';
import type { Target } from './parse-operation.ts';

/** The functions of a deployment, or of the laptop cloud, that carry out operations. */
export interface Deployment {
  /**
   * Invokes the function that an output of the stacks names.
   *
   * @returns its response
   * @throws Error with the function's message if it failed
   */
  invoke(output: string, request: object): Promise<unknown>;
  /** Starts the function without waiting for it. */
  start(output: string, request: object): Promise<void>;
  close(): void;
}

/**
 * Opens a deployment by the outputs of its stack, with the credentials, region and profile that the AWS SDKs find, or the
 * laptop cloud of a state directory. An operator needs `cloudformation:DescribeStacks` on the delivery stack and
 * `lambda:InvokeFunction` on the functions, and no access to the catalog, the buckets or the queues.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 *
 * @throws Error that says what to do if it cannot be found
 */
export async function openDeployment(target: Target): Promise<Deployment> {
  if (target.kind === 'laptop') {
    ignoreAwsSettings(process.env);
    const running = readRunning(target.state);
    return connect(new LambdaClient({ ...clientConfig(running), maxAttempts: 8 }), running.outputs, {
      refused: `Cannot connect to ${running.endpoint}. Is npm start running?`,
      missing: 'Run npm start, which deploys it.',
    });
  }
  const { stackPrefix, region, profile } = target;
  const config = { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
  const stack = `${stackPrefix}Delivery`;
  return connect(new LambdaClient(config), await readOutputs(new CloudFormationClient(config), stack), {
    refused: 'Cannot connect to AWS.',
    missing: `Deploy ${stack} with this version.`,
  });
}

async function readOutputs(cloudFormation: CloudFormationClient, stack: string): Promise<Readonly<Record<string, string>>> {
  try {
    const { Stacks: [found] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = found?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Error(`The stack ${stack} cannot be read: ${error.message}`, { cause: error });
  } finally {
    cloudFormation.destroy();
  }
}

function connect(
  lambda: LambdaClient,
  outputs: Readonly<Record<string, string>>,
  texts: { readonly refused: string; readonly missing: string },
): Deployment {
  const send = async (output: string, request: object, InvocationType: 'RequestResponse' | 'Event') => {
    const FunctionName = outputs[output];
    if (FunctionName === undefined) throw new Error(`The deployment has no output ${output}. ${texts.missing}`);
    try {
      return await lambda.send(
        new InvokeCommand({ FunctionName, InvocationType, Payload: Buffer.from(JSON.stringify(request)) }),
      );
    } catch (error) {
      if (systemErrorCode(error) !== 'ECONNREFUSED') throw error;
      throw new Error(texts.refused, { cause: error });
    }
  };
  return {
    invoke: async (output, request) => {
      const { FunctionError: failed, Payload } = await send(output, request, 'RequestResponse');
      const text = Buffer.from(Payload ?? []).toString();
      if (failed !== undefined) throw new Error(`The function failed; its log says more: ${text}`);
      return JSON.parse(text) as unknown;
    },
    start: async (output, request) => void (await send(output, request, 'Event')),
    close: () => lambda.destroy(),
  };
}
