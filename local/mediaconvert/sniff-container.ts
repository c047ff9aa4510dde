/** A container told by its first bytes. */
export interface Container {
  /** Of ffmpeg, to be forced. */
  readonly demuxer: string;
  /** MediaConvert's name of it; undefined where its probe has none. */
  readonly format: string | undefined;
}

/** Bytes that `sniffContainer` wants to see; fewer only where the file is shorter. */
export const SNIFF_BYTES = 64 * 1024;

const FIRST_BOXES = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'moof', 'styp', 'sidx']);

/** Signatures at the start of a file, in hexadecimal. */
const SIGNATURES: readonly (readonly [string, Container])[] = [
  ['000001ba', { demuxer: 'mpeg', format: 'mpegps' }],
  ['3026b2758e66cf11', { demuxer: 'asf', format: 'asf' }],
  ['464c5601', { demuxer: 'flv', format: undefined }],
  ['4f676753', { demuxer: 'ogg', format: 'ogg' }],
  ['664c6143', { demuxer: 'flac', format: 'flac' }],
  ['494433', { demuxer: 'mp3', format: 'mp3' }],
  ['fffb', { demuxer: 'mp3', format: 'mp3' }],
  ['fff1', { demuxer: 'aac', format: 'aac' }],
  ['fff9', { demuxer: 'aac', format: 'aac' }],
  ['0b77', { demuxer: 'ac3', format: 'ac3' }],
];

/**
 * Tells a container by content alone. Names lie, and a demuxer that ffmpeg guesses may be one that opens other files,
 * such as those of playlists.
 *
 * @returns undefined for anything that is no container of audio and video
 */
export function sniffContainer(bytes: Buffer): Container | undefined {
  if (FIRST_BOXES.has(bytes.toString('latin1', 4, 8))) return { demuxer: 'mov', format: isobmffFormat(bytes) };
  if (startsWith(bytes, '1a45dfa3')) {
    const isWebm = bytes.subarray(0, 128).includes('webm');
    return { demuxer: 'matroska', format: isWebm ? 'webm' : 'matroska' };
  }
  if (startsWith(bytes, '52494646')) {
    const form = bytes.toString('latin1', 8, 12);
    return form === 'AVI ' ? { demuxer: 'avi', format: 'avi' } : form === 'WAVE' ? { demuxer: 'wav', format: 'wave' } : undefined;
  }
  if (isTransportStream(bytes)) return { demuxer: 'mpegts', format: 'mpegts' };
  const known = SIGNATURES.find(([signature]) => startsWith(bytes, signature));
  if (known !== undefined) return known[1];
  // SMPTE ST 377-1: up to 64 KiB of run-in may stand before the partition pack's key.
  return bytes.includes(Buffer.from('060e2b34020501010d010201', 'hex')) ? { demuxer: 'mxf', format: 'mxf' } : undefined;
}

function startsWith(bytes: Buffer, hex: string): boolean {
  return bytes.toString('hex', 0, hex.length / 2) === hex;
}

function isobmffFormat(bytes: Buffer): string {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return 'quicktime';
  const brand = bytes.toString('latin1', 8, 12);
  if (brand === 'qt  ') return 'quicktime';
  return brand.startsWith('3g2') ? 'three_g2' : brand.startsWith('3gp') ? 'three_gp' : 'mp4';
}

/** Packets of 188 bytes, or of 192 with a time code before each (Blu-ray), begin with 0x47. */
function isTransportStream(bytes: Buffer): boolean {
  return [188, 192].some((length) => {
    const first = length - 188;
    const positions = [0, 1, 2, 3, 4].map((index) => first + index * length).filter((position) => position < bytes.length);
    return positions.length > 1 && positions.every((position) => bytes[position] === 0x47);
  });
}
