import { Duration } from 'aws-cdk-lib';
import {
  CfnManagedLoginBranding,
  OAuthScope,
  UserPoolClient,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Accounts } from './accounts.ts';

export interface SignInClientProps {
  /** Accounts that sign in through this client. */
  readonly accounts: Accounts;
  /** Scheme and authority of the pages, without a trailing slash. */
  readonly pagesUrl: string;
}

/**
 * OpenID Connect client of the pages: the code flow with PKCE, since a page cannot keep a secret. Sign-in returns to
 * `/signed-in`, sign-out to `/`.
 */
export class SignInClient extends Construct {
  readonly clientId: string;

  constructor(scope: Construct, id: string, { accounts: { userPool }, pagesUrl }: SignInClientProps) {
    super(scope, id);
    const client = new UserPoolClient(this, 'Client', {
      userPool,
      generateSecret: false,
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [`${pagesUrl}/signed-in`],
        logoutUrls: [`${pagesUrl}/`],
      },
      authFlows: { userSrp: true },
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
    this.clientId = client.userPoolClientId;
    // Managed login shows an error page for a client without a style.
    new CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: userPool.userPoolId,
      clientId: this.clientId,
      useCognitoProvidedValues: true,
    });
  }
}
