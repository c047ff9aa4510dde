import { Aws, Duration, Fn, RemovalPolicies, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  UserPool,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { type Role, ROLES } from '../../lambdas/contracts/api/session.ts';
import type { Config } from '../config/config.ts';
import type { SluiceFunction } from '../foundation/sluice-function.ts';
import { SignInDomain } from './sign-in-domain.ts';

export interface AccountsProps {
  /** Self-registration and the domain of the sign-in page. */
  readonly settings: Config['accounts'];
  /** Prefix of the sign-in page's default domain name. */
  readonly stackPrefix: string;
  /** Function that changes the domain of the sign-in page. */
  readonly domainChanger: SluiceFunction;
  /** Whether Cognito refuses to delete the user pool. */
  readonly deletionProtection: boolean;
  /** Policy for the accounts when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
}

const ROLE_DESCRIPTIONS: Readonly<Record<Role, string>> = {
  viewer: 'Watch shared videos',
  uploader: 'Upload videos and manage their own uploads',
  admin: 'Manage all videos',
};

/** User accounts and their roles; each role is a group of the user pool. */
export class Accounts extends Construct {
  readonly userPool: UserPool;
  /** `iss` claim of the tokens. */
  readonly issuer: string;
  /**
   * Scheme and authority of the sign-in page, for other stacks. A changed prefix changes no export: the configured one is
   * known at synthesis, and the default one never changes and is exported always.
   */
  readonly signInUrl: string;

  constructor(scope: Construct, id: string, props: AccountsProps) {
    super(scope, id);
    const { settings, stackPrefix, domainChanger, deletionProtection, removalPolicy } = props;
    this.userPool = new UserPool(this, 'UserPool', {
      // The API shows an owner by username; users sign in with it or with their e-mail address.
      signInAliases: { username: true, email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      selfSignUpEnabled: settings.selfSignUp,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection,
    });
    this.issuer = this.userPool.userPoolProviderUrl;

    for (const [index, role] of [...ROLES].toReversed().entries()) {
      new UserPoolGroup(this, role, {
        userPool: this.userPool,
        groupName: role,
        description: ROLE_DESCRIPTIONS[role],
        precedence: index,
      });
    }

    const stack = Stack.of(this);
    const uniquePrefix = this.#uniquePrefix(stackPrefix);
    const exportedPrefix = stack.exportValue(uniquePrefix, { name: `${stack.stackName}:DefaultSignInPrefix` });
    const prefix = settings.domainPrefix ?? uniquePrefix;
    new SignInDomain(this, 'Domain', { userPool: this.userPool, prefix, changer: domainChanger });
    this.signInUrl = `https://${settings.domainPrefix ?? exportedPrefix}.auth.${Aws.REGION}.amazoncognito.com`;
    // A retained pool keeps its groups and the address of its sign-in page.
    RemovalPolicies.of(this).apply(removalPolicy);
    this.#acknowledge();
  }

  /** Appends the first eight digits of the stack's id, since the name must be unique within the region. */
  #uniquePrefix(stackPrefix: string): string {
    const stackUuid = Fn.select(2, Fn.split('/', Stack.of(this).stackId));
    return `${stackPrefix.toLowerCase()}-${Fn.select(0, Fn.split('-', stackUuid))}`;
  }

  #acknowledge(): void {
    Validations.of(this.userPool).acknowledge(
      { id: 'AwsSolutions-COG2', reason: 'A second factor is optional, since not every viewer has one.' },
      { id: 'AwsSolutions-COG3', reason: 'Threat protection needs the Plus plan, which is billed per active user.' },
      { id: 'AwsSolutions-COG8', reason: 'The Plus plan is billed per active user.' },
    );
  }
}
