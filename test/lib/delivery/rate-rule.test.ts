import { at, resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const rateRule = { action: 'count', requestsPerFiveMinutes: 3000 };
const without = synthesizeTemplates();
const counting = synthesizeTemplates({ edge: { rateRule } });
const blocking = synthesizeTemplates({ region: 'eu-west-1', edge: { rateRule: { ...rateRule, action: 'block' } } });

type Templates = ReturnType<typeof synthesizeTemplates>;

function rulesOf({ firewall }: Templates): unknown[] {
  const [acl] = firewall === undefined ? [] : resources(firewall, 'AWS::WAFv2::WebACL').values();
  return (at(acl, 'Properties', 'Rules') ?? []) as unknown[];
}

function webAclOf({ delivery }: Templates): unknown {
  const [distribution] = resources(delivery, 'AWS::CloudFront::Distribution').values();
  return at(distribution, 'Properties', 'DistributionConfig', 'WebACLId');
}

/** Returns whether the rule counts requests for a path. */
function counts(templates: Templates, path: string): boolean {
  const scope = at(rulesOf(templates)[0], 'Statement', 'RateBasedStatement', 'ScopeDownStatement');
  return matches(scope, path);
}

function matches(statement: unknown, path: string): boolean {
  const alternatives = at(statement, 'OrStatement', 'Statements') as unknown[] | undefined;
  if (alternatives !== undefined) return alternatives.some((one) => matches(one, path));
  const negated = at(statement, 'NotStatement', 'Statement');
  if (negated !== undefined) return !matches(negated, path);
  const { PositionalConstraint: where, SearchString: text } = at(statement, 'ByteMatchStatement') as Record<string, string>;
  return where === 'STARTS_WITH' ? path.startsWith(text ?? '') : path.endsWith(text ?? '');
}

test('the default has no web ACL, which costs money even when idle', () => {
  expect(without.firewall).toBeUndefined();
  expect(webAclOf(without)).toBeUndefined();
});

test('the web ACL is in a stack of its own, to which the distribution refers', () => {
  expect(rulesOf(counting)).toHaveLength(1);
  expect(resources(counting.delivery, 'AWS::WAFv2::WebACL').size).toBe(0);
  expect(JSON.stringify(webAclOf(counting))).toContain('SluiceFirewall');
  expect(webAclOf(blocking)).toBeDefined();
});

test.each([
  ['count', counting, 'Count'],
  ['block', blocking, 'Block'],
])('the action %s is that of the rule, for the configured number of requests of an address', (_, templates, action) => {
  expect(rulesOf(templates)).toMatchObject([
    {
      Action: { [action]: {} },
      Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 3000, EvaluationWindowSec: 300 } },
    },
  ]);
});

test('the rule leaves media out, since the viewers of a school share one address', () => {
  const video = '/v/0193c5a0-0000-7000-8000-000000000001/1/attempt00';
  const paths = ['index.m3u8', 'index.mpd', 'storyboard.vtt', 'index_720p.cmfv', 'index_audio.cmfa', 'poster.jpg'];
  expect(paths.filter((name) => counts(counting, `${video}/${name}`))).toEqual(['index.m3u8', 'index.mpd', 'storyboard.vtt']);
  for (const path of ['/', '/api/videos', '/videos/1', '/assets/index.js']) expect(counts(counting, path)).toBe(true);
});

test('samples no requests, which hold signatures and tokens', () => {
  expect(JSON.stringify(counting.firewall?.toJSON())).not.toContain('"SampledRequestsEnabled":true');
});
