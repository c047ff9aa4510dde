import { AT_REST, HOURS_PER_MONTH } from './list-prices.ts';

/** A resource of a CloudFormation template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A kind of resource that is billed by existing. */
export interface RestingPart {
  readonly name: string;
  /** Name of several, as a table has it. */
  readonly plural: string;
  readonly count: number;
  /** US dollars a month. */
  readonly usd: number;
}

/** Event pollers of an idle queue; with a maximum concurrency Lambda never has fewer than five. */
const POLLERS = { limited: 5, unlimited: 2 };
/** Longest wait of one request, which Lambda's pollers use. */
const LONG_POLL_SECONDS = 20;
/** Size of a young catalog, which is billed while it is paused too. */
const CATALOG_GB = 1;
/** Name of the part that costs nothing while the database is paused. */
export const DATABASE_INSTANCE = 'database instance';
const RECEIVES_PER_POLLER = (HOURS_PER_MONTH * 3600) / LONG_POLL_SECONDS;

/**
 * Kinds of resources that are billed by existing, each with what one costs a month. Polling:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html and
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
const PARTS = [
  { name: 'secret', plural: 'secrets', priceOf: ofType('AWS::SecretsManager::Secret', () => AT_REST.secret) },
  { name: 'key of KMS', plural: 'keys of KMS', priceOf: ofType('AWS::KMS::Key', () => AT_REST.kmsKey) },
  { name: 'polled queue', plural: 'polled queues', priceOf: ofType('AWS::Lambda::EventSourceMapping', pollingUsd) },
  {
    name: 'alarm',
    plural: 'alarms',
    priceOf: ofType('AWS::CloudWatch::Alarm', ({ Metrics }) => AT_REST.alarmMetric * alarmMetrics(Metrics)),
  },
  {
    name: 'composite alarm',
    plural: 'composite alarms',
    priceOf: ofType('AWS::CloudWatch::CompositeAlarm', () => AT_REST.compositeAlarm),
  },
  { name: 'dashboard', plural: 'dashboards', priceOf: ofType('AWS::CloudWatch::Dashboard', () => AT_REST.dashboard) },
  { name: 'web ACL with its rules', plural: 'web ACLs with their rules', priceOf: ofType('AWS::WAFv2::WebACL', webAclUsd) },
  {
    name: 'GB of the database',
    plural: 'GB of databases',
    priceOf: ofType('AWS::RDS::DBCluster', () => CATALOG_GB * AT_REST.auroraGbMonth),
  },
  { name: DATABASE_INSTANCE, plural: 'database instances', priceOf: instanceUsd },
];

/** Prefixes of types that cost nothing while nobody uses them. */
const FREE_AT_REST = [
  'ApiGatewayV2', 'CDK', 'CloudFront', 'Cognito', 'Events', 'IAM', 'Lambda', 'Logs', 'MediaConvert', 'S3', 'Scheduler',
  'SecretsManager', 'SNS', 'SQS',
]
  .map((service) => `AWS::${service}::`)
  .concat('Custom::', 'AWS::EC2::RouteTable', 'AWS::EC2::SecurityGroup', 'AWS::EC2::Subnet', 'AWS::EC2::VPC')
  .concat('AWS::RDS::DBSubnetGroup', 'AWS::RDS::DBClusterParameterGroup', 'AWS::KMS::Alias', 'AWS::WAFv2::IPSet');

/** Types that a prefix above would cover, but that are billed by existing. */
const BILLED_OTHERWISE = /^AWS::EC2::VPCEndpoint|^AWS::Lambda::(Version|CapacityProvider)/;

/** Returns what the resources of some templates cost a month while nobody uses them, by kind; kinds without any are left out. */
export function priceAtRest(templates: readonly Readonly<Record<string, TemplateResource>>[]): readonly RestingPart[] {
  const resources = templates.flatMap((template) => Object.values(template));
  const clusters = resources.filter(({ Type }) => Type === 'AWS::RDS::DBCluster');
  return PARTS.map(({ priceOf, ...names }) => {
    const prices = resources.map((resource) => priceOf(resource, clusters)).filter((usd) => usd !== undefined);
    return { ...names, count: prices.length, usd: prices.reduce((sum, usd) => sum + usd, 0) };
  }).filter(({ count }) => count > 0);
}

/** Returns the types of resources of which this file does not know whether they cost something at rest. */
export function findUnpricedTypes(templates: readonly Readonly<Record<string, TemplateResource>>[]): readonly string[] {
  const resources = templates.flatMap((template) => Object.values(template));
  const unpriced = resources.filter((resource) => PARTS.every(({ priceOf }) => priceOf(resource, []) === undefined));
  const types = new Set(unpriced.map(({ Type }) => Type));
  return [...types].filter((type) => BILLED_OTHERWISE.test(type) || !FREE_AT_REST.some((prefix) => type.startsWith(prefix)));
}

type Properties = Readonly<Record<string, unknown>>;

function ofType(type: string, price: (properties: Properties) => number) {
  return ({ Type, Properties = {} }: TemplateResource): number | undefined => (Type === type ? price(Properties) : undefined);
}

function pollingUsd({ ScalingConfig }: Properties): number {
  const pollers = ScalingConfig === undefined ? POLLERS.unlimited : POLLERS.limited;
  return ((pollers * RECEIVES_PER_POLLER) / 1e6) * AT_REST.millionQueueRequests;
}

/** An alarm on an expression is billed for each metric that it reads. */
function alarmMetrics(metrics: unknown): number {
  if (!Array.isArray(metrics)) return 1;
  return metrics.filter((metric: unknown) => typeof metric === 'object' && metric !== null && 'MetricStat' in metric).length;
}

function webAclUsd({ Rules }: Properties): number {
  return AT_REST.webAcl + (Array.isArray(Rules) ? Rules.length : 0) * AT_REST.webAclRule;
}

/** An idle instance has the minimum capacity of its cluster, and none costs nothing. */
function instanceUsd({ Type }: TemplateResource, clusters: readonly TemplateResource[]): number | undefined {
  if (Type !== 'AWS::RDS::DBInstance') return undefined;
  const scaling: unknown = clusters[0]?.Properties?.['ServerlessV2ScalingConfiguration'];
  const units = typeof scaling === 'object' && scaling !== null ? Number(Reflect.get(scaling, 'MinCapacity')) : 0;
  return units * AT_REST.auroraUnitHour * HOURS_PER_MONTH;
}
