import { rewriteDash } from '../../../media/dash/rewrite-mpd.ts';
import { signer } from '../../support/media/playlist-signer.ts';

const CONFIGURATION = 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011';

interface Track {
  readonly attributes?: string;
  readonly label: string;
  readonly role?: string;
  readonly channels: number;
}

function audioSet({ attributes = 'contentType="audio" lang="en"', label, role = 'alternate', channels }: Track): string {
  return (
    `<AdaptationSet ${attributes}><Label>${label}</Label><Role schemeIdUri="urn:mpeg:dash:role:2011" value="${role}"/>` +
    `<Representation id="a" mimeType="audio/mp4"><AudioChannelConfiguration schemeIdUri="${CONFIGURATION}" value="${channels}"/></Representation></AdaptationSet>`
  );
}

function complete(...sets: string[]): string {
  return rewriteDash(`<MPD><Period>${sets.join('')}</Period></MPD>`, signer);
}

/** Lists label and role of each set. */
function labelsOf(manifest: string): string[] {
  return [...manifest.matchAll(/<Label>(.*?)<\/Label><Role [^>]*value="(\w+)"/g)].map(([, label, role]) => `${label}: ${role}`);
}

test('names the layout of surround sound, and gives it the role of the stereo track of the same name', () => {
  const manifest = complete(
    audioSet({ label: 'English', role: 'main', channels: 2 }),
    audioSet({ label: 'English', channels: 6 }),
    audioSet({ label: 'Korean', channels: 2 }),
    audioSet({ label: 'Korean', channels: 6 }),
    audioSet({ label: 'French &amp; more', channels: 7 }),
    audioSet({ label: 'German 5.1', channels: 6 }),
  );
  expect(labelsOf(manifest)).toEqual([
    'English: main',
    'English 5.1: main',
    'Korean: alternate',
    'Korean 5.1: alternate',
    'French &amp; more 7.1: alternate',
    'German 5.1: alternate',
  ]);
});

test('lists a track only once if the encoder made it for two groups', () => {
  const [stereo, surround] = [2, 6].map((channels) => audioSet({ label: 'English', role: 'main', channels }));
  const others = [audioSet({ label: 'English 2', channels: 2 }), surround ?? ''];
  expect(complete(stereo ?? '', audioSet({ label: 'English', channels: 2 }), ...others)).toBe(complete(stereo ?? '', ...others));
});

test('marks audio of an unknown language, whether the set or its representations say that it is audio', () => {
  const others = '<AdaptationSet contentType="video"><Representation/></AdaptationSet><AdaptationSet mimeType="image/jpeg"/>';
  expect(complete(audioSet({ attributes: 'id="2"', label: 'Audio', channels: 2 }), others)).toBe(
    complete(audioSet({ attributes: 'lang="und" id="2"', label: 'Audio', channels: 2 }), others),
  );
  expect(complete(audioSet({ label: 'Audio', channels: 2 }))).toContain('<AdaptationSet contentType="audio" lang="en">');
});

test('changes nothing in sets that state neither label, role nor channels', () => {
  const bare = '<AdaptationSet contentType="audio" lang="ko"><Representation id="a"/></AdaptationSet>';
  expect(complete(bare)).toBe(`<MPD><Period>${bare}</Period></MPD>`);
});
