import { BadRequestException, UnprocessableEntityException, type ProbeResult } from '@aws-sdk/client-mediaconvert';
import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { declaredEnd } from '../../media/containers/declared-end.ts';
import { UploadRejectedError } from '../chain/errors.ts';
import { flvFacts } from './flv-facts.ts';
import { readIndex } from './read-index.ts';
import type { ContainerFamily } from '../../media/sniffing/signatures.ts';
import { sniff, SNIFF_BYTES } from '../../media/sniffing/sniff.ts';
import { sourceFacts } from './source-facts.ts';

/** Probes the file with the encoder. */
export type Probe = () => Promise<ProbeResult>;

/** Minimum and maximum side that the encoder accepts, in stored pixels. */
const MIN_SIDE = 32;
const MAX_SIDE = 8192;

/**
 * Inspects a file by its content, before any paid encode.
 *
 * @throws UploadRejectedError with the code that explains why it cannot become a video; any other error is not the file's
 * fault
 */
export async function inspectSource(source: ByteSource, probe: Probe): Promise<SourceFacts> {
  const container = await containerOf(source);
  const facts = container === 'flv' ? await flvFacts(source) : await probedFacts(container, source, probe);
  const { width, height } = facts.video;
  if (Math.min(width, height) < MIN_SIDE || Math.max(width, height) > MAX_SIDE) {
    throw new UploadRejectedError('unsupported_size');
  }
  return facts;
}

/** Reads the file's own index while the encoder probes it. If both find a fault, that of the index takes precedence. */
async function probedFacts(container: ContainerFamily, source: ByteSource, probe: Probe): Promise<SourceFacts> {
  const probing = probeOrReject(probe);
  probing.catch(() => undefined);
  const movie = container === 'isobmff' ? await readIndex(source) : undefined;
  if (((await declaredEnd(container, source)) ?? 0) > source.size) throw new UploadRejectedError('incomplete_file');
  return sourceFacts(container, await probing, movie);
}

async function containerOf(source: ByteSource): Promise<ContainerFamily> {
  if (source.size === 0) throw new UploadRejectedError('empty_file');
  const sniffed = sniff(await source.read(0, SNIFF_BYTES));
  switch (sniffed.kind) {
    case 'video':
      return sniffed.family;
    case 'audio':
      throw new UploadRejectedError('no_video_track');
    case 'protected':
      throw new UploadRejectedError('unsupported_codec');
    case 'playlist':
      throw new UploadRejectedError('playlist_not_media');
    default:
      throw new UploadRejectedError('not_a_video');
  }
}

/**
 * Rejects a file that the probe refuses as a bad request; its format was already recognized from its content.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/probe.html
 */
async function probeOrReject(probe: Probe): Promise<ProbeResult> {
  try {
    const result = await probe();
    if (result.Container === undefined) throw new UploadRejectedError('damaged_file');
    return result;
  } catch (error) {
    const isRefused = error instanceof BadRequestException || error instanceof UnprocessableEntityException;
    throw isRefused ? new UploadRejectedError('damaged_file', error) : error;
  }
}
