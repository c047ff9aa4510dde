import type { EndCodeName } from '../../../lambdas/contracts/end-codes.ts';
import { makeWithFfmpeg } from '../clips.ts';
import { AAC, tone, video, x264 } from './clip-arguments.ts';
import { CONTAINER_KINDS } from './container-kinds.ts';
import { withExternalTrack } from '../media/external-track.ts';
import type { InputKind, Topic } from './input-kind.ts';

/** Kind of file that is rejected. */
export interface RejectedKind extends InputKind {
  readonly make: () => Promise<Buffer>;
  readonly refused: EndCodeName;
}

function kind(topic: Topic, name: string, file: string, args: readonly string[], refused: EndCodeName): RejectedKind {
  return { topic, name, make: () => makeWithFfmpeg(file, args), refused };
}

/** Truncates a file, as an interrupted upload does. */
function truncated({ name, make }: Pick<RejectedKind, 'name' | 'make'>): RejectedKind {
  return {
    topic: 'damage',
    name: `${name}, truncated`,
    make: async () => {
      const whole = await make();
      return whole.subarray(0, Math.floor(whole.length * 0.8));
    },
    refused: 'incomplete_file',
  };
}

const CENC = [
  '-encryption_scheme',
  'cenc-aes-ctr',
  '-encryption_key',
  '00112233445566778899aabbccddeeff',
  '-encryption_kid',
  '0'.repeat(32),
];

/** Kinds that are rejected without a job. */
export const REJECTED_KINDS: readonly RejectedKind[] = [
  kind('pictures', 'a frame size too small to encode, such as 16 × 16', 'a.mp4', [...video('16x16', '25', 0.2), ...x264()], 'unsupported_size'),
  kind('containers', 'a codec that the encoder does not support, such as Windows Media Video 8', 'a.wmv', [...video('320x180', '25', 0.2), '-c:v', 'wmv2'], 'unsupported_codec'),
  kind('containers', 'an encrypted MP4', 'a.mp4', [...video('320x180', '25', 0.2), ...x264(), ...CENC], 'unsupported_codec'),
  {
    topic: 'damage',
    name: 'a transport stream cut to a part without a key frame',
    make: async () => {
      const bytes = await makeWithFfmpeg('a.ts', [...video('320x180', '25', 4), ...x264(), '-g', '999', '-sc_threshold', '0']);
      return bytes.subarray(188 * Math.floor(bytes.length / 376));
    },
    refused: 'damaged_file',
  },
  {
    topic: 'others',
    name: 'QuickTime whose picture is in another file',
    make: async () => withExternalTrack(await makeWithFfmpeg('a.mov', [...video('64x48', '25', 0.2), ...x264()]), 0),
    refused: 'playlist_not_media',
  },
  kind('others', 'Flash with sound only', 'a.flv', [...tone(0.2), ...AAC], 'no_video_track'),
  kind('others', 'Matroska with sound only', 'a.mka', [...tone(0.2), ...AAC], 'no_video_track'),
  ...CONTAINER_KINDS.filter(({ name }) => /^(?:Matroska|WebM with VP8|Flash with H|AVI|MXF)/.test(name)).map(truncated),
];
