/** Families of containers, as the catalog names them. */
export type Container = 'isobmff' | 'matroska' | 'webm' | 'mpegts' | 'mpegps' | 'flv' | 'avi' | 'mxf' | 'asf';

export const MPEG_TS: Container = 'mpegts';

interface Signature {
  readonly matches: (bytes: Buffer) => boolean;
  readonly is: { readonly container: Container } | 'audio' | 'unknown';
}

function startsWith(hex: string) {
  const signature = Buffer.from(hex, 'hex');
  return (bytes: Buffer): boolean => bytes.subarray(0, signature.length).equals(signature);
}

function riff(form: string) {
  return (bytes: Buffer): boolean =>
    /^(?:RIFF|RIFX|RF64)$/.test(bytes.toString('latin1', 0, 4)) && bytes.toString('latin1', 8, 12) === form;
}

function isAiff(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'FORM' && /^AIF[FC]$/.test(bytes.toString('latin1', 8, 12));
}

const ebml = startsWith('1a45dfa3');
/** The document type stands in the header, which is never longer than this. */
function isWebm(bytes: Buffer): boolean {
  return bytes.subarray(0, 256).includes('webm');
}

/** First boxes of real files; those that QuickTime wrote before there was `ftyp` begin with any of the others. */
const FIRST_BOXES = new Set(['ftyp', 'styp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'moof', 'sidx', 'junk']);

function boxType(bytes: Buffer): string {
  return bytes.toString('latin1', 4, 8);
}

function boxSize(bytes: Buffer): number {
  return (bytes.length < 8 ? -1 : bytes.readUInt32BE(0));
}

/** Size 0 means "to the end of the file", 1 that 64 bits follow, and anything else counts the header's 8 bytes. */
function isBox(bytes: Buffer): boolean {
  return FIRST_BOXES.has(boxType(bytes)) && (boxSize(bytes) <= 1 || boxSize(bytes) >= 8) && boxSize(bytes) >= 0;
}

function brand(bytes: Buffer): string {
  return (boxType(bytes) === 'ftyp' ? bytes.toString('latin1', 8, 12) : '');
}

/** Still pictures: HEIF, AVIF and Canon's raw format. */
const IMAGE_BRANDS = /^(?:mif1|msf1|hei[cmxs]|hev[cmx]|avi[fs]|crx )$/;
const AUDIO_BRANDS = /^(?:M4A |M4B |M4P |F4A |F4B )$/;

/** SMPTE ST 377-1, 6.4: a partition pack's key, before which up to 64 KiB of run-in may stand. */
const MXF_PARTITION = Buffer.from('060e2b34020501010d010201', 'hex');

/**
 * Sync word of ADTS (ISO/IEC 14496-3, 1.A.2.2.1) or of MPEG audio in layer II or III (ISO/IEC 11172-3, 2.4.2.3). Layer I
 * is left out: its first two bytes may as well be the byte order mark of text in UTF-16.
 */
function isFramedAudio(bytes: Buffer): boolean {
  const [sync, header = 0, rates = 0] = bytes;
  if (sync !== 0xff) return false;
  const isAdts = (header & 0xf6) === 0xf0;
  const layer = (header >> 1) & 3;
  const isMpeg = (header & 0xe0) === 0xe0 && (layer === 1 || layer === 2) && rates >> 4 !== 15 && ((rates >> 2) & 3) !== 3;
  return isAdts || isMpeg;
}

/** In the order in which they are tried. */
export const SIGNATURES: readonly Signature[] = [
  { matches: (bytes) => isBox(bytes) && IMAGE_BRANDS.test(brand(bytes)), is: 'unknown' },
  { matches: (bytes) => isBox(bytes) && AUDIO_BRANDS.test(brand(bytes)), is: 'audio' },
  { matches: isBox, is: { container: 'isobmff' } },
  { matches: (bytes) => ebml(bytes) && isWebm(bytes), is: { container: 'webm' } },
  { matches: ebml, is: { container: 'matroska' } },
  { matches: riff('AVI '), is: { container: 'avi' } },
  { matches: riff('AVIX'), is: { container: 'avi' } },
  { matches: riff('WAVE'), is: 'audio' },
  { matches: startsWith('464c5601'), is: { container: 'flv' } },
  { matches: startsWith('3026b2758e66cf11a6d900aa0062ce6c'), is: { container: 'asf' } },
  { matches: startsWith('000001ba'), is: { container: 'mpegps' } },
  { matches: startsWith('494433'), is: 'audio' },
  { matches: startsWith('664c6143'), is: 'audio' },
  { matches: startsWith('2321414d52'), is: 'audio' },
  { matches: startsWith('63616666'), is: 'audio' },
  { matches: startsWith('0b77'), is: 'audio' },
  { matches: isAiff, is: 'audio' },
  { matches: (bytes) => startsWith('4f676753')(bytes) && !bytes.subarray(0, 512).includes('theora'), is: 'audio' },
  { matches: isFramedAudio, is: 'audio' },
  { matches: (bytes) => bytes.includes(MXF_PARTITION), is: { container: 'mxf' } },
];
