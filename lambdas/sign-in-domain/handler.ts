import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { customResource } from '../runtime/custom-resource.ts';
import { cognitoClient } from '../runtime/clients/cognito.ts';
import { cognitoDomain } from './cognito-domain.ts';
import { currentDomainHooks, initialDomainHooks } from './domain-hooks.ts';

const PAUSE_MS = 5000;

const cognito = cognitoClient();
const context = { domainOf: (poolId: string) => cognitoDomain(cognito, poolId), pause: () => sleep(PAUSE_MS) };
const handleInitial = customResource(initialDomainHooks(context));
const handleCurrent = customResource(currentDomainHooks(context));

/** Handles both custom resources of the sign-in page's domain. */
export async function handler(event: CloudFormationCustomResourceEvent, lambda: Context): Promise<void> {
  await (event.ResourceType === 'Custom::InitialSignInDomain' ? handleInitial : handleCurrent)(event, lambda);
}
