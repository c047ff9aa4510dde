import { Duration, Fn, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  UserPool,
  UserPoolDomain,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { type Role, ROLES } from '../../lambdas/contracts/api/session.ts';
import type { Config } from '../config/config.ts';

export interface AccountsProps {
  /** Who may make an account, and where people sign in. */
  readonly settings: Config['accounts'];
  /** Begins the name of the page where people sign in. */
  readonly stackPrefix: string;
  /** Refuses deletion. */
  readonly deletionProtection: boolean;
  /** What becomes of the accounts when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
}

const MAY: Readonly<Record<Role, string>> = {
  viewer: 'Watch what is shared',
  uploader: 'Upload videos and manage their own',
  admin: 'Manage all videos',
};

/** Who people are, and which of the roles is theirs: a group of the pool for each. */
export class Accounts extends Construct {
  readonly userPool: UserPool;
  /** `iss` of the tokens. */
  readonly issuer: string;
  /** Scheme and authority of the page where people sign in. */
  readonly signInUrl: string;

  constructor(scope: Construct, id: string, props: AccountsProps) {
    super(scope, id);
    const { settings, stackPrefix, deletionProtection, removalPolicy } = props;
    this.userPool = new UserPool(this, 'UserPool', {
      // The name is what the API shows of an owner; one signs in with it or with the e-mail address.
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
      removalPolicy,
    });
    this.issuer = this.userPool.userPoolProviderUrl;

    for (const [index, role] of [...ROLES].toReversed().entries()) {
      new UserPoolGroup(this, role, {
        userPool: this.userPool,
        groupName: role,
        description: MAY[role],
        precedence: index,
      });
    }

    const domain = new UserPoolDomain(this, 'Domain', {
      userPool: this.userPool,
      cognitoDomain: { domainPrefix: settings.domainPrefix ?? this.#uniquePrefix(stackPrefix) },
      // The newer pages speak the languages that the app does.
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.signInUrl = domain.baseUrl();
    this.#acknowledge();
  }

  /** The name has to be one that nobody else in the region has: the first eight digits of the stack's own id end it. */
  #uniquePrefix(stackPrefix: string): string {
    const stackUuid = Fn.select(2, Fn.split('/', Stack.of(this).stackId));
    return `${stackPrefix.toLowerCase()}-${Fn.select(0, Fn.split('-', stackUuid))}`;
  }

  #acknowledge(): void {
    Validations.of(this.userPool).acknowledge(
      { id: 'AwsSolutions-COG2', reason: 'A second factor is offered to everybody; not all viewers have one at hand.' },
      { id: 'AwsSolutions-COG3', reason: 'Threat protection belongs to the Plus plan, priced by each active person.' },
      { id: 'AwsSolutions-COG8', reason: 'What the Plus plan adds is priced by each active person.' },
    );
  }
}
