/** Returns arguments of ffmpeg for a test pattern. @param rate frames per second, also as a fraction */
export function video(size: string, rate: string, seconds = 1): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`];
}

/** Returns arguments of ffmpeg for a tone in mono at 48 kHz. */
export function tone(seconds = 1, frequency = 440): string[] {
  return ['-f', 'lavfi', '-i', `sine=f=${frequency}:r=48000:d=${seconds}`];
}

export function x264(pixelFormat = 'yuv420p'): string[] {
  return ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', pixelFormat];
}

export const HEVC_10 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-pix_fmt', 'yuv420p10le', '-tag:v', 'hvc1'];
export const AAC = ['-c:a', 'aac'];

/** One second of 320×180 at 25 frames per second. */
export const PLAIN = video('320x180', '25');
export const VIDEO_AND_AUDIO = [...PLAIN, ...tone()];

/** Maps of a file with one picture and two sound tracks. */
export const TWO_SOUND_TRACKS = ['-map', '0', '-map', '1', '-map', '2'];

/** Filter that makes 5.1 from mono. */
export const SIX_CHANNELS = 'pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0';
