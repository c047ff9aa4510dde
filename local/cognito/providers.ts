import * as z from 'zod';
import { REGION, regionalArn } from '../cloud/account.ts';
import { makeMemoryProvider } from '../cloud/memory-provider.ts';
import type { ResourceProvider } from '../cloud/resource.ts';
import { stableHex } from '../cloud/stable-id.ts';
import { poolIdFor, type UserPools } from './user-pools.ts';

const unit = z.enum(['seconds', 'minutes', 'hours', 'days']);
const SECONDS: Readonly<Record<z.infer<typeof unit>, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html */
const clientSchema = z.object({
  UserPoolId: z.string(),
  GenerateSecret: z.literal(false, 'the laptop cloud supports only clients without a secret').default(false),
  AllowedOAuthFlowsUserPoolClient: z.literal(
    true,
    'the laptop cloud supports only clients that sign users in on its own page',
  ),
  AllowedOAuthFlows: z.tuple([z.literal('code')], 'the laptop cloud supports only the code flow'),
  AllowedOAuthScopes: z.array(z.string()).min(1),
  CallbackURLs: z.array(z.url()).min(1),
  LogoutURLs: z.array(z.url()).default([]),
  AccessTokenValidity: z.coerce.number().positive().default(1),
  IdTokenValidity: z.coerce.number().positive().default(1),
  RefreshTokenValidity: z.coerce.number().positive().default(30),
  TokenValidityUnits: z
    .object({
      AccessToken: unit.default('hours'),
      IdToken: unit.default('hours'),
      RefreshToken: unit.default('days'),
    })
    .prefault({}),
});

const groupSchema = z.object({
  UserPoolId: z.string(),
  GroupName: z.string(),
  Precedence: z.coerce.number().int().min(0).default(Number.MAX_SAFE_INTEGER),
});

const domainSchema = z.object({ UserPoolId: z.string(), Domain: z.string() });

/** Makes the providers of user pools. Sign-up and password policies have no effect on a laptop. */
export function cognitoProviders(pools: UserPools): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::Cognito::UserPool',
      supportedProperties: ['DeletionProtection'],
      provision: async ({ physicalName }) => {
        const { id, issuer } = pools.addPool(poolIdFor(REGION, physicalName));
        const arn = regionalArn('cognito-idp', `userpool/${id}`);
        const providerName = issuer.replace(/^https?:\/\//, '');
        return { ref: id, attributes: { Arn: arn, UserPoolId: id, ProviderName: providerName, ProviderURL: issuer } };
      },
      // https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-deletion-protection.html
      delete: async ({ properties, physicalName }) => {
        if (properties['DeletionProtection'] === 'ACTIVE')
          throw new Error('The user pool cannot be deleted because deletion protection is activated.');
        pools.removePool(poolIdFor(REGION, physicalName));
      },
    },
    makeMemoryProvider('AWS::Cognito::UserPoolClient', Object.keys(clientSchema.shape), async ({ properties, physicalName }) => {
      const given = clientSchema.parse(properties);
      const { TokenValidityUnits: units } = given;
      const id = stableHex(physicalName, 26);
      pools.addClient({
        id,
        pool: pools.pool(given.UserPoolId),
        callbackUrls: given.CallbackURLs,
        logoutUrls: given.LogoutURLs,
        scopes: given.AllowedOAuthScopes,
        lifetimeSeconds: {
          access: given.AccessTokenValidity * SECONDS[units.AccessToken],
          id: given.IdTokenValidity * SECONDS[units.IdToken],
          refresh: given.RefreshTokenValidity * SECONDS[units.RefreshToken],
        },
      });
      return { ref: id, attributes: { ClientId: id }, remove: () => pools.removeClient(id) };
    }),
    makeMemoryProvider('AWS::Cognito::UserPoolGroup', Object.keys(groupSchema.shape), async ({ properties }) => {
      const { UserPoolId, GroupName: name, Precedence: precedence } = groupSchema.parse(properties);
      const { groups } = pools.pool(UserPoolId);
      const group = { name, precedence };
      groups.push(group);
      return { ref: name, remove: () => void groups.splice(groups.indexOf(group), 1) };
    }),
    domainProvider(pools),
    {
      type: 'AWS::Cognito::ManagedLoginBranding',
      supportedProperties: [],
      provision: async ({ physicalName }) => ({
        ref: physicalName,
        attributes: { ManagedLoginBrandingId: stableHex(physicalName, 32) },
      }),
    },
  ];
}

/** Makes the provider of domains, which the laptop only records: its sign-in page has the address of the AWS APIs. */
function domainProvider(pools: UserPools): ResourceProvider {
  /** Domains of this process by physical name, which a custom resource may have changed since. */
  const opened = new Set<string>();
  return {
    type: 'AWS::Cognito::UserPoolDomain',
    supportedProperties: Object.keys(domainSchema.shape),
    provision: async ({ properties, physicalName }) => {
      const { UserPoolId, Domain } = domainSchema.parse(properties);
      if (!opened.has(physicalName)) pools.createDomain(UserPoolId, Domain);
      opened.add(physicalName);
      return { ref: Domain };
    },
    delete: async ({ properties, physicalName }) => {
      const { UserPoolId, Domain } = domainSchema.parse(properties);
      if (pools.domainOf(UserPoolId) === Domain) pools.deleteDomain(UserPoolId, Domain);
      opened.delete(physicalName);
    },
  };
}
