import { PLAYLIST_PARAMETERS } from '../../../lambdas/contracts/playlist-parameters.ts';
import { EdgeFixture, functionResponse } from '../../support/local/edge-fixture.ts';
import { at, resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

/** The cache policy of playlists in the template, on the laptop's edge in front of a function whose responses may be kept. */

const { delivery } = synthesizeTemplates();
const [policy] = [...resources(delivery, 'AWS::CloudFront::CachePolicy').values()].filter(
  ({ Properties }) => at(Properties, 'CachePolicyConfig', 'MaxTTL') === 1 && at(Properties, 'CachePolicyConfig', 'DefaultTTL') === 0,
);

let edge: EdgeFixture;
beforeEach(async () => {
  edge = await EdgeFixture.start();
  const CachePolicyId = await edge.provision('AWS::CloudFront::CachePolicy', 'Playlists', {
    CachePolicyConfig: { ...Object(policy?.Properties['CachePolicyConfig']), Name: 'playlists' },
  });
  await edge.distribution({ TargetOriginId: 'function', CachePolicyId });
  edge.respond = async ({ rawQueryString }) => functionResponse(rawQueryString, { 'cache-control': 'max-age=1' });
});
afterEach(() => edge.stop());

/** Requests a playlist. @returns the query that reached the function, now or when the response was kept */
async function forwarded(query: string): Promise<string> {
  return (await edge.get(`/v/video/index.m3u8?${query}`)).body.toString();
}

test.each(PLAYLIST_PARAMETERS)('%s reaches the function and distinguishes responses that the edge keeps', async (name) => {
  for (const value of ['10', '20', '10-70,560-620', '']) expect(await forwarded(`${name}=${value}`)).toBe(`${name}=${value}`);
  expect(edge.functionCalls).toHaveLength(4);
  expect(await forwarded(`${name}=10`)).toBe(`${name}=10`);
  expect(edge.functionCalls).toHaveLength(4);
});

test('every combination of parameters has its own response', async () => {
  const queries = ['t=1&start=2&end=3', 't=1&start=3&end=2', 't=1&trimming=2-3', 't=2&start=2&end=3', 't=1'];
  for (const query of queries) expect(await forwarded(query)).toBe(query);
});

test('other parameters neither reach the function nor distinguish responses', async () => {
  expect(await forwarded('t=1&quality=high&Start=5&start=2')).toBe('t=1&start=2');
  expect(await forwarded('t=1&start=2&quality=low')).toBe('t=1&start=2');
  expect(edge.functionCalls).toHaveLength(1);
});
