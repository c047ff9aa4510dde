import { Match } from 'aws-cdk-lib/assertions';
import { ROLES } from '../../../lambdas/contracts/api/session.ts';
import { resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { data, delivery } = synthesizeTemplates();
const POOL = 'AWS::Cognito::UserPool';

test('people sign in by name or e-mail address, with a strong password and a second factor if they like', () => {
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

test('nobody makes an account for themselves unless the configuration says so', () => {
  data.hasResourceProperties(POOL, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
  const { data: open } = synthesizeTemplates({ accounts: { selfSignUp: true } });
  open.hasResourceProperties(POOL, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } });
});

test('there is a group for each role, and the one with the most rights counts', () => {
  const groups = [...resources(data, 'AWS::Cognito::UserPoolGroup').values()].map(({ Properties }) => Properties);
  const byPrecedence = groups.toSorted((one, other) => Number(one['Precedence']) - Number(other['Precedence']));
  expect(byPrecedence.map(({ GroupName }) => GroupName)).toEqual([...ROLES].toReversed());
});

test('accounts outlive the stack, and in production cannot be deleted by mistake', () => {
  const { data: production } = synthesizeTemplates({ stage: 'prod' });
  production.hasResource(POOL, {
    Properties: { DeletionProtection: 'ACTIVE' },
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
  });
  const { data: trial } = synthesizeTemplates({ retention: 'destroy' });
  trial.hasResource(POOL, { Properties: { DeletionProtection: 'INACTIVE' }, DeletionPolicy: 'Delete' });
});

test('the page where people sign in has an address that no other deployment has, or the one that is wanted', () => {
  const stackUuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
  data.hasResourceProperties('AWS::Cognito::UserPoolDomain', {
    Domain: { 'Fn::Join': ['', ['sluice-', { 'Fn::Select': [0, { 'Fn::Split': ['-', stackUuid] }] }]] },
    ManagedLoginVersion: 2,
  });
  const { data: named } = synthesizeTemplates({ accounts: { domainPrefix: 'school-videos' } });
  named.hasResourceProperties('AWS::Cognito::UserPoolDomain', { Domain: 'school-videos' });
});

test('the pages sign people in by the code flow without a secret, and only they', () => {
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

test('access lasts an hour, a sign-in thirty days, and it can be revoked', () => {
  delivery.hasResourceProperties('AWS::Cognito::UserPoolClient', {
    AccessTokenValidity: 60,
    IdTokenValidity: 60,
    RefreshTokenValidity: 30 * 24 * 60,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
    EnableTokenRevocation: true,
  });
});

test('nobody learns by trying who has an account', () => {
  delivery.hasResourceProperties('AWS::Cognito::UserPoolClient', { PreventUserExistenceErrors: 'ENABLED' });
});

test('the client’s sign-in page has a style, without which there is none', () => {
  const [client] = resources(delivery, 'AWS::Cognito::UserPoolClient').keys();
  delivery.hasResourceProperties('AWS::Cognito::ManagedLoginBranding', {
    ClientId: { Ref: client },
    UseCognitoProvidedValues: true,
  });
});
