import type { ByteSource } from '../byte-source.ts';

// Clauses below are those of the ASF Specification 01.20.03.

const FILE_PROPERTIES = guid('8CABDCA1-A947-11CF-8EE4-00C00C205365');
const DATA = guid('75B22636-668E-11CF-A6D9-00AA0062CE6C');
/** Length of an object's identifier and size. */
const OBJECT_HEAD_BYTES = 24;
const HEADER_OBJECT_HEAD = 30;
const FILE_PROPERTIES_BYTES = 104;
/** Length of the data object before its packets. */
const DATA_HEAD_BYTES = 50;
/** Limit of header objects to search; the file properties are among the first. */
const MAX_OBJECTS = 64;
const IS_BROADCAST = 1;

/**
 * Returns the end of a Windows Media file's media, as its data object declares it: 3.2 and 5.1. Indexes follow it; players can
 * do without them.
 *
 * @returns undefined for a broadcast, whose size is meaningless, or if the file properties or the data object are missing
 */
export async function asfEnd(source: ByteSource): Promise<number | undefined> {
  if (!(await hasSize(source))) return undefined;
  const headerBytes = sizeIn(await source.read(0, OBJECT_HEAD_BYTES));
  if (headerBytes === undefined) return undefined;
  const data = Buffer.from(await source.read(headerBytes, OBJECT_HEAD_BYTES));
  const dataBytes = sizeIn(data);
  // A file that ends inside its header is cut off, too.
  if (data.length < OBJECT_HEAD_BYTES) return headerBytes + OBJECT_HEAD_BYTES;
  return data.subarray(0, 16).equals(DATA) && dataBytes !== undefined ? headerBytes + dataBytes : undefined;
}

/** Returns whether the file properties rule out a broadcast. */
async function hasSize(source: ByteSource): Promise<boolean> {
  const properties = await readFileProperties(source);
  return properties !== undefined && (properties.readUInt32LE(88) & IS_BROADCAST) === 0;
}

/** Where a Windows Media file has its data packets, all of the same size: 3.2 and 5.1. */
export interface AsfPackets {
  readonly first: number;
  /** End as declared; undefined for a broadcast. */
  readonly end: number | undefined;
  readonly packetBytes: number;
}

/** Finds the data packets. Returns undefined if the file properties are missing, or packets differ in size. */
export async function findAsfPackets(source: ByteSource): Promise<AsfPackets | undefined> {
  const properties = await readFileProperties(source);
  const headerBytes = sizeIn(await source.read(0, OBJECT_HEAD_BYTES));
  if (properties === undefined || headerBytes === undefined) return undefined;
  const [min, max] = [properties.readUInt32LE(92), properties.readUInt32LE(96)];
  return min !== max || max === 0
    ? undefined
    : { first: headerBytes + DATA_HEAD_BYTES, end: await asfEnd(source), packetBytes: max };
}

/** Reads the file properties object: 3.2. */
async function readFileProperties(source: ByteSource): Promise<Buffer | undefined> {
  let offset = HEADER_OBJECT_HEAD;
  for (let object = 0; object < MAX_OBJECTS; object += 1) {
    const bytes = Buffer.from(await source.read(offset, FILE_PROPERTIES_BYTES));
    const size = sizeIn(bytes);
    if (size === undefined) return undefined;
    if (bytes.subarray(0, 16).equals(FILE_PROPERTIES)) return bytes.length >= FILE_PROPERTIES_BYTES ? bytes : undefined;
    offset += size;
  }
  return undefined;
}

/** Returns an object's size, including its header; undefined for bytes that cannot be one. */
function sizeIn(head: Uint8Array): number | undefined {
  if (head.length < OBJECT_HEAD_BYTES) return undefined;
  const size = Number(Buffer.from(head.buffer, head.byteOffset, head.length).readBigUInt64LE(16));
  return size < OBJECT_HEAD_BYTES ? undefined : size;
}

/** Header objects of encrypted files: 3.14, 3.15, and the one of later players. */
const ENCRYPTION = [
  guid('2211B3FB-BD23-11D2-B4B7-00A0C955FC6E'),
  guid('298AE614-2622-4C17-B935-DAE07EE9289C'),
  guid('43058533-6981-49E6-9B74-AD12CB86D58C'),
];

/**
 * Returns whether a Windows Media file is encrypted.
 *
 * @param head first bytes of the file, its header among them
 */
export function isProtectedAsf(head: Buffer): boolean {
  return ENCRYPTION.some((object) => head.includes(object));
}

/**
 * Writes a GUID as ASF files store it, the first three fields little-endian: 2.2.2.5.
 *
 * @param text such as `75B22630-668E-11CF-A6D9-00AA0062CE6C`
 */
function guid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
