import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { CfnUserPoolDomain, type UserPool } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { allow } from '../foundation/allow.ts';
import type { SluiceFunction } from '../foundation/sluice-function.ts';

export interface SignInDomainProps {
  /** Accounts that sign in at this domain. */
  readonly userPool: UserPool;
  /** Prefix of the domain, which may change. */
  readonly prefix: string;
  /** Function that changes the domain. */
  readonly changer: SluiceFunction;
}

/** Longer than the function's three attempts; without a limit CloudFormation waits an hour for a response. */
const SERVICE_TIMEOUT = Duration.minutes(20);

/** The newer managed login, the only one with all languages of the app. */
const MANAGED_LOGIN_VERSION = 2;

/**
 * Domain of the sign-in page. CloudFormation changes a prefix by creating the new domain before it deletes the old one, which
 * Cognito refuses, since a pool has one at most. So its own resource keeps the first prefix for ever, and a custom resource
 * after it changes the domain that the pool has. Its deletion, also in a rollback, restores the first.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpooldomain.html
 */
export class SignInDomain extends Construct {
  constructor(scope: Construct, id: string, { userPool, prefix, changer }: SignInDomainProps) {
    super(scope, id);
    allow(changer.role, {
      actions: ['cognito-idp:CreateUserPoolDomain', 'cognito-idp:DeleteUserPoolDomain', 'cognito-idp:DescribeUserPool'],
      resources: [userPool.userPoolArn],
    });
    const { userPoolId } = userPool;
    const common = { serviceToken: changer.functionArn, serviceTimeout: SERVICE_TIMEOUT };
    const initial = new CustomResource(this, 'Initial', {
      ...common,
      resourceType: 'Custom::InitialSignInDomain',
      properties: { UserPoolId: userPoolId, Domain: prefix },
    });
    initial.node.addDependency(changer.role);
    const domain = new CfnUserPoolDomain(this, 'Resource', {
      userPoolId,
      domain: initial.getAttString('Domain'),
      managedLoginVersion: MANAGED_LOGIN_VERSION,
    });
    // Earlier versions import it, until the update of the stack that does so.
    Stack.of(this).exportValue(domain.ref);
    const current = new CustomResource(this, 'Current', {
      ...common,
      resourceType: 'Custom::SignInDomain',
      properties: { UserPoolId: userPoolId, Domain: prefix, InitialDomain: domain.ref },
    });
    current.node.addDependency(changer.role);
  }
}
