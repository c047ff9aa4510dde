import { makeWithFfmpeg } from '../clips.ts';
import { withErrorCorrection, withId3 } from '../media/transport-stream.ts';
import { AAC, PLAIN, tone, video, VIDEO_AND_AUDIO, x264 } from './clip-arguments.ts';
import { kindsOf, made, output, type PlayableKind, stereo, WITH_AUDIO } from './playable-kind.ts';

const kind = kindsOf('containers');

/** Fragments as browsers and cameras record them, without an index of the whole. */
const FRAGMENTED = ['-movflags', 'frag_keyframe+delay_moov'];

const STREAM = [...VIDEO_AND_AUDIO, ...x264(), ...AAC];

/** Adds 8 bytes to the stated size of the last box, as some editors do. */
function withLongerMedia(mp4: Buffer): Buffer {
  const changed = Buffer.from(mp4);
  const at = changed.lastIndexOf('mdat') - 4;
  changed.writeUInt32BE(changed.readUInt32BE(at) + 8, at);
  return changed;
}

export const CONTAINER_KINDS: readonly PlayableKind[] = [
  kind('MP4 with H.264 and AAC', 'a.mp4', [...VIDEO_AND_AUDIO, ...x264(), ...AAC], WITH_AUDIO),
  made('containers', 'an MP4 whose media box states 8 bytes too many',
    async () => withLongerMedia(await makeWithFfmpeg('a.mp4', [...STREAM, '-movflags', 'faststart'])), WITH_AUDIO),
  kind('fragmented MP4', 'a.mp4', [...VIDEO_AND_AUDIO, ...x264(), ...AAC, ...FRAGMENTED], WITH_AUDIO),
  kind('QuickTime with ProRes, in 10 bits and 4:2:2', 'a.mov', [...video('320x180', '25', 0.4), '-c:v', 'prores_ks'], output({ videoSeconds: 0.4 })),
  kind('Matroska with H.264 and Opus', 'a.mkv', [...VIDEO_AND_AUDIO, ...x264(), '-c:a', 'libopus'], WITH_AUDIO),
  kind(
    'WebM with VP8 and Opus',
    'a.webm',
    [...VIDEO_AND_AUDIO, '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'],
    WITH_AUDIO,
  ),
  kind('WebM with VP9', 'a.webm', [...PLAIN, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'], output()),
  kind('a transport stream with H.264 and AAC', 'a.ts', [...VIDEO_AND_AUDIO, ...x264(), ...AAC], WITH_AUDIO),
  made('containers', 'a transport stream with error correction, in packets of 204 bytes',
    async () => withErrorCorrection(await makeWithFfmpeg('a.ts', STREAM)), WITH_AUDIO),
  made('containers', 'a transport stream after an ID3 tag, as a segment of HLS', async () => withId3(await makeWithFfmpeg('a.ts', STREAM)), WITH_AUDIO),
  kind('a program stream with MPEG-2 and MPEG audio', 'a.mpg', [...VIDEO_AND_AUDIO, '-c:v', 'mpeg2video', '-c:a', 'mp2'], WITH_AUDIO),
  kind('Flash with H.264 and AAC', 'a.flv', [...VIDEO_AND_AUDIO, ...x264(), ...AAC], WITH_AUDIO),
  kind('Flash with Sorenson H.263', 'a.flv', [...VIDEO_AND_AUDIO, '-c:v', 'flv', '-c:a', 'aac'], WITH_AUDIO),
  kind('AVI with MPEG-4 and MP3', 'a.avi', [...VIDEO_AND_AUDIO, '-c:v', 'mpeg4', '-c:a', 'mp3'], output({ audio: [stereo()], slackSeconds: 0.05 })),
  kind('3GP with H.263', 'a.3gp', [...video('176x144', '15'), ...tone(), '-c:v', 'h263', ...AAC], output({ displayed: [176, 144], framesPerSecond: 15, audio: [stereo()] })),
  kind('MXF with MPEG-2 and PCM', 'a.mxf', [...VIDEO_AND_AUDIO, '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le'], WITH_AUDIO),
];
