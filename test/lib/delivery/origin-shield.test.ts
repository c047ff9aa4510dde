import { at, resources, synthesizeTogether } from '../../support/lib/synthesize.ts';

const [byRegion, inLondon, none] = synthesizeTogether([
  { stackPrefix: 'Nearest' },
  { stackPrefix: 'London', edge: { originShieldRegion: 'eu-west-2' } },
  { stackPrefix: 'Without', edge: { originShieldRegion: 'none' } },
]);

type Deployment = typeof byRegion;

/** Returns the shields of a distribution's origins: the packager's and the output bucket's. */
function shieldsOf(deployment: Deployment) {
  const template = deployment?.delivery;
  const [distribution] = template === undefined ? [] : resources(template, 'AWS::CloudFront::Distribution').values();
  const origins = at(distribution, 'Properties', 'DistributionConfig', 'Origins') as readonly Record<string, unknown>[];
  const shieldOf = (domain: RegExp) =>
    origins.find(({ DomainName }) => domain.test(JSON.stringify(DomainName)))?.['OriginShield'];
  return { packager: shieldOf(/PackagerFunctionFunctionUrl/), bucket: shieldOf(/ImportValue.*Output/) };
}

/** Returns the map of shields by region. */
function shieldRegions(deployment: Deployment): Readonly<Record<string, { readonly shield: string }>> {
  const mappings = Object.values(deployment?.delivery.findMappings('*') ?? {});
  return mappings.find((mapping) => JSON.stringify(mapping).includes('shield')) ?? {};
}

test('shields the packager in the region that AWS recommends, by a mapping of the template', () => {
  const regions = shieldRegions(byRegion);
  const { packager, bucket } = shieldsOf(byRegion);
  expect(bucket).toBeUndefined();
  expect(packager).toMatchObject({
    'Fn::If': [
      expect.stringContaining('Exists'),
      { Enabled: true, OriginShieldRegion: { 'Fn::FindInMap': [expect.any(String), { Ref: 'AWS::Region' }, 'shield'] } },
      { Enabled: false },
    ],
  });
  const shielded = Object.entries(regions).filter(([, { shield }]) => shield !== 'none');
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html
  expect(shielded.filter(([region, { shield }]) => region === shield)).toHaveLength(13);
  expect(Object.fromEntries(shielded.filter(([region, { shield }]) => region !== shield))).toEqual({
    'af-south-1': { shield: 'eu-west-1' },
    'ap-east-1': { shield: 'ap-southeast-1' },
    'ca-central-1': { shield: 'us-east-1' },
    'eu-north-1': { shield: 'eu-west-2' },
    'eu-south-1': { shield: 'eu-central-1' },
    'eu-west-3': { shield: 'eu-west-2' },
    'me-south-1': { shield: 'ap-south-1' },
    'us-west-1': { shield: 'us-west-2' },
  });
});

test('names every region in the mapping, and no shield where AWS recommends none', () => {
  const regions = shieldRegions(byRegion);
  expect(Object.keys(regions).length).toBeGreaterThanOrEqual(33);
  expect(regions['ap-southeast-3']).toEqual({ shield: 'none' });
  expect(Object.keys(regions).filter((region) => /^(cn|us-gov|us-iso)/.test(region))).toEqual([]);
});

test('shields the packager and the bucket in the configured region', () => {
  const shield = { Enabled: true, OriginShieldRegion: 'eu-west-2' };
  expect(shieldsOf(inLondon)).toEqual({ packager: shield, bucket: shield });
  expect(shieldRegions(inLondon)).toEqual({});
});

test('shields nothing if the setting says so', () => {
  expect(shieldsOf(none)).toEqual({ packager: { Enabled: false }, bucket: undefined });
});
