import * as z from 'zod';
import { makeMemoryProvider } from '../cloud/memory-provider.ts';
import type { ResourceProvider } from '../cloud/resource.ts';
import { stableHex } from '../cloud/stable-id.ts';
import type { ApiGateway } from './api-gateway.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html */
const apiSchema = z.object({
  Name: z.string(),
  ProtocolType: z.literal('HTTP', 'the laptop cloud supports only HTTP APIs'),
  CorsConfiguration: z
    .undefined('the laptop cloud does not support CorsConfiguration; functions respond to preflight requests')
    .optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html */
const stageSchema = z.object({
  ApiId: z.string(),
  StageName: z.literal('$default', 'the laptop cloud serves only the stage $default'),
  AutoDeploy: z.literal(true, 'the laptop cloud supports no separate deployments'),
  StageVariables: z.record(z.string(), z.string()).default({}),
  DefaultRouteSettings: z
    .strictObject({
      ThrottlingBurstLimit: z.coerce.number().int().min(0),
      ThrottlingRateLimit: z.coerce.number().min(0),
      DetailedMetricsEnabled: z.boolean().optional(),
    })
    .optional(),
  RouteSettings: z.undefined('the laptop cloud throttles stages, not routes').optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html */
const integrationSchema = z.object({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY', 'the laptop cloud supports only Lambda integrations'),
  IntegrationUri: z.string().regex(/(?:^|\/functions\/)arn:aws:lambda:/, 'must be the ARN of a function'),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.coerce.number().int().min(50).max(30_000).default(30_000),
  RequestParameters: z.undefined('the laptop cloud supports no parameter mapping').optional(),
  ResponseParameters: z.undefined('the laptop cloud supports no parameter mapping').optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-route.html */
const routeSchema = z.object({
  ApiId: z.string(),
  RouteKey: z.string().regex(/^(?:\$default|(?:ANY|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*)$/),
  Target: z.string().regex(/^integrations\/./),
  AuthorizationType: z.literal('NONE', 'the laptop cloud supports no authorizers').default('NONE'),
});

/** Makes the providers of HTTP APIs. Access logs are omitted, because functions and the edge write their own. */
export function apiGatewayProviders(gateway: ApiGateway): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::ApiGatewayV2::Api',
      supportedProperties: Object.keys(apiSchema.shape),
      provision: async ({ properties, physicalName }) => {
        apiSchema.parse(properties);
        const { id, domainName } = gateway.addApi(stableHex(physicalName, 10));
        return { ref: id, attributes: { ApiId: id, ApiEndpoint: `https://${domainName}` } };
      },
      delete: async ({ physicalName }) => gateway.removeApi(stableHex(physicalName, 10)),
    },
    makeMemoryProvider('AWS::ApiGatewayV2::Stage', Object.keys(stageSchema.shape), async ({ properties }) => {
      const { ApiId, StageName, StageVariables, DefaultRouteSettings } = stageSchema.parse(properties);
      const api = gateway.api(ApiId);
      api.stage = {
        name: StageName,
        variables: StageVariables,
        throttle: DefaultRouteSettings && {
          burst: DefaultRouteSettings.ThrottlingBurstLimit,
          ratePerSecond: DefaultRouteSettings.ThrottlingRateLimit,
        },
      };
      return { ref: StageName, remove: () => void (api.stage = undefined) };
    }),
    makeMemoryProvider('AWS::ApiGatewayV2::Integration', Object.keys(integrationSchema.shape), async ({ properties, physicalName }) => {
      const { ApiId, IntegrationUri, TimeoutInMillis } = integrationSchema.parse(properties);
      const id = stableHex(physicalName, 7);
      const { integrations } = gateway.api(ApiId);
      integrations.set(id, {
        functionArn: IntegrationUri.replace(/^.*\/functions\/(.+)\/invocations$/, '$1'),
        timeoutMs: TimeoutInMillis,
      });
      return { ref: id, attributes: { IntegrationId: id }, remove: () => void integrations.delete(id) };
    }),
    makeMemoryProvider('AWS::ApiGatewayV2::Route', Object.keys(routeSchema.shape), async ({ properties, physicalName }) => {
      const { ApiId, RouteKey, Target } = routeSchema.parse(properties);
      const id = stableHex(physicalName, 7);
      const { routes } = gateway.api(ApiId);
      const route = { key: RouteKey, integrationId: Target.replace('integrations/', '') };
      routes.push(route);
      return { ref: id, attributes: { RouteId: id }, remove: () => void routes.splice(routes.indexOf(route), 1) };
    }),
  ];
}
