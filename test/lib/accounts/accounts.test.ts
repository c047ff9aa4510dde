import { Match } from 'aws-cdk-lib/assertions';
import { ROLES } from '../../../lambdas/contracts/api/session.ts';
import { resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { data, delivery } = synthesizeTemplates();
const POOL = 'AWS::Cognito::UserPool';

test('users sign in by username or e-mail address, with a strong password and an optional second factor', () => {
  data.hasResourceProperties(POOL, {
    AliasAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    Policies: {
      PasswordPolicy: {
        MinimumLength: 12,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        RequireUppercase: true,
      },
    },
    MfaConfiguration: 'OPTIONAL',
    EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
  });
});

test('self-registration is off unless the configuration enables it', () => {
  data.hasResourceProperties(POOL, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
  const { data: open } = synthesizeTemplates({ accounts: { selfSignUp: true } });
  open.hasResourceProperties(POOL, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } });
});

test('each role has a group, and the most privileged one takes precedence', () => {
  const groups = [...resources(data, 'AWS::Cognito::UserPoolGroup').values()].map(({ Properties }) => Properties);
  const byPrecedence = groups.toSorted((one, other) => Number(one['Precedence']) - Number(other['Precedence']));
  expect(byPrecedence.map(({ GroupName }) => GroupName)).toEqual([...ROLES].toReversed());
});

test('accounts outlive the stack, and deletion protection is on in production', () => {
  const { data: production } = synthesizeTemplates({ stage: 'prod' });
  production.hasResource(POOL, {
    Properties: { DeletionProtection: 'ACTIVE' },
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
  });
  const { data: trial } = synthesizeTemplates({ retention: 'destroy' });
  trial.hasResource(POOL, { Properties: { DeletionProtection: 'INACTIVE' }, DeletionPolicy: 'Delete' });
});

test('the sign-in page has a unique domain prefix, or the configured one', () => {
  const stackUuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
  data.hasResourceProperties('AWS::Cognito::UserPoolDomain', {
    Domain: { 'Fn::Join': ['', ['sluice-', { 'Fn::Select': [0, { 'Fn::Split': ['-', stackUuid] }] }]] },
    ManagedLoginVersion: 2,
  });
  const { data: named } = synthesizeTemplates({ accounts: { domainPrefix: 'school-videos' } });
  named.hasResourceProperties('AWS::Cognito::UserPoolDomain', { Domain: 'school-videos' });
});

test('the client uses the code flow without a secret and redirects only to the pages', () => {
  const edge = { 'Fn::If': ['EdgeUrlIsDefault', Match.anyValue(), { Ref: 'EdgeUrl' }] };
  delivery.hasResourceProperties('AWS::Cognito::UserPoolClient', {
    GenerateSecret: false,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthScopes: ['openid', 'email', 'profile'],
    CallbackURLs: [{ 'Fn::Join': ['', [edge, '/signed-in']] }],
    LogoutURLs: [{ 'Fn::Join': ['', [edge, '/']] }],
    SupportedIdentityProviders: ['COGNITO'],
  });
});

test('access tokens are valid for an hour, refresh tokens for thirty days, and can be revoked', () => {
  delivery.hasResourceProperties('AWS::Cognito::UserPoolClient', {
    AccessTokenValidity: 60,
    IdTokenValidity: 60,
    RefreshTokenValidity: 30 * 24 * 60,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
    EnableTokenRevocation: true,
  });
});

test('sign-in errors do not reveal whether an account exists', () => {
  delivery.hasResourceProperties('AWS::Cognito::UserPoolClient', { PreventUserExistenceErrors: 'ENABLED' });
});

test('the sign-in page of the client has a style', () => {
  const [client] = resources(delivery, 'AWS::Cognito::UserPoolClient').keys();
  delivery.hasResourceProperties('AWS::Cognito::ManagedLoginBranding', {
    ClientId: { Ref: client },
    UseCognitoProvidedValues: true,
  });
});
