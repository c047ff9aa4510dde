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
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  });
  const { data: trial } = synthesizeTemplates({ retention: 'destroy' });
  trial.hasResource(POOL, { Properties: { DeletionProtection: 'INACTIVE' }, DeletionPolicy: 'Delete' });
});

const stackUuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
const uniquePrefix = { 'Fn::Join': ['', ['sluice-', { 'Fn::Select': [0, { 'Fn::Split': ['-', stackUuid] }] }]] };
const { data: namedData, delivery: namedDelivery } = synthesizeTemplates({ accounts: { domainPrefix: 'school-videos' } });

test('the sign-in page has a unique domain prefix, or the configured one', () => {
  data.hasResourceProperties('Custom::SignInDomain', { Domain: uniquePrefix });
  namedData.hasResourceProperties('Custom::SignInDomain', { Domain: 'school-videos' });
});

test('a configured prefix changes neither the first domain nor an export', () => {
  const [[initial] = []] = resources(data, 'Custom::InitialSignInDomain');
  for (const template of [data, namedData]) {
    template.hasResourceProperties('AWS::Cognito::UserPoolDomain', {
      Domain: { 'Fn::GetAtt': [initial, 'Domain'] },
      ManagedLoginVersion: 2,
    });
  }
  const exportsOf = (template: typeof data) => template.findOutputs('*', { Export: Match.anyValue() });
  expect(exportsOf(namedData)).toEqual(exportsOf(data));
  expect(JSON.stringify(exportsOf(data))).toContain(JSON.stringify(uniquePrefix));
});

test('the pages may connect to the sign-in page, at the exported prefix or the configured one', () => {
  expect(JSON.stringify(delivery.toJSON())).toContain('{"Fn::ImportValue":"SluiceData:DefaultSignInPrefix"}');
  expect(JSON.stringify(namedDelivery.toJSON())).toContain('https://school-videos.auth.');
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
