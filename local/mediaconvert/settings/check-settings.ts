import type { JobSettings } from './job-settings.ts';
import type { Output, OutputGroup } from './output-group-settings.ts';

/** "If following the aspect ratio would lead to a total tile height greater than 4096, then the job will be rejected." */
const MAX_TILE_SIDE = 4096;

/**
 * Checks rules between settings that are each valid by themselves. Two rules are this encoder's own, since it decodes and
 * converts the source once for all outputs: one frame rate, one set of preprocessors.
 *
 * @returns the first problem with its path, or undefined
 */
export function checkSettings(settings: JobSettings): string | undefined {
  const selectors = Object.keys(settings.inputs[0]?.audioSelectors ?? {});
  for (const [index, group] of settings.outputGroups.entries()) {
    const path = `/settings/outputGroups/${index}`;
    const problem = checkGroup(group, path) ?? checkOutputs(group, path, selectors) ?? checkAudioTracks(group, path);
    if (problem !== undefined) return problem;
  }
  const outputs = settings.outputGroups.flatMap((group) => group.outputs);
  if (new Set(outputs.filter(isVideo).map(frameRateText)).size > 1)
    return '/settings/outputGroups: Video outputs differ in frame rate';
  const videos = outputs.flatMap(({ videoDescription }) => videoDescription ?? []);
  if (new Set(videos.map(({ videoPreprocessors }) => JSON.stringify(videoPreprocessors))).size > 1) {
    return '/settings/outputGroups: Outputs differ in their preprocessors';
  }
  // "MediaConvert doesn't support jobs that consist only of a frame capture output":
  // https://docs.aws.amazon.com/mediaconvert/latest/ug/file-group-with-frame-capture-output.html
  return outputs.some(isVideo) ? undefined : '/settings/outputGroups: A job needs a video output beside frame captures';
}

function isVideo(output: Output): boolean {
  return output.videoDescription?.codecSettings.codec === 'H_264';
}

function frameRateText({ videoDescription }: Output): string {
  const codec = videoDescription?.codecSettings;
  if (codec?.codec !== 'H_264') return '';
  return `${codec.h264Settings.framerateNumerator}/${codec.h264Settings.framerateDenominator}`;
}

function checkGroup({ outputGroupSettings: settings }: OutputGroup, path: string): string | undefined {
  if (settings.type !== 'CMAF_GROUP_SETTINGS') return undefined;
  const cmaf = settings.cmafGroupSettings;
  const at = `${path}/outputGroupSettings/cmafGroupSettings`;
  if (cmaf.minFinalSegmentLength >= cmaf.segmentLength)
    return `${at}/minFinalSegmentLength: Should be less than the segment length`;
  if (cmaf.segmentLength % cmaf.fragmentLength !== 0) return `${at}/fragmentLength: Should divide the segment length`;
  const tiles = cmaf.imageBasedTrickPlaySettings;
  if ((cmaf.imageBasedTrickPlay === 'ADVANCED') !== (tiles !== undefined)) {
    return `${at}/imageBasedTrickPlaySettings: Belongs to imageBasedTrickPlay ADVANCED`;
  }
  if (tiles === undefined) return undefined;
  const sides = [tiles.tileWidth * tiles.thumbnailWidth, tiles.tileHeight * tiles.thumbnailHeight];
  return Math.max(...sides) > MAX_TILE_SIDE
    ? `${at}/imageBasedTrickPlaySettings: A tile image is larger than 4096 pixels`
    : undefined;
}

function checkOutputs(group: OutputGroup, path: string, selectors: readonly string[]): string | undefined {
  const isCmaf = group.outputGroupSettings.type === 'CMAF_GROUP_SETTINGS';
  const names = new Set<string | undefined>();
  for (const [index, output] of group.outputs.entries()) {
    const at = `${path}/outputs/${index}`;
    const { videoDescription: video, audioDescriptions: audio, nameModifier } = output;
    if (names.has(nameModifier)) return `${at}/nameModifier: Should be different for each output of a group`;
    names.add(nameModifier);
    if (isCmaf && nameModifier === undefined) return `${at}/nameModifier: Is required`;
    if ((video === undefined) === (audio === undefined)) return `${at}: Should have either video or audio`;
    if (output.containerSettings.container !== (isCmaf ? 'CMFC' : 'RAW')) {
      return `${at}/containerSettings/container: Does not fit the output group`;
    }
    if (isCmaf ? video !== undefined && !isVideo(output) : video?.codecSettings.codec !== 'FRAME_CAPTURE') {
      return `${at}/videoDescription/codecSettings/codec: Does not fit the container`;
    }
    const source = audio?.[0]?.audioSourceName;
    if (source !== undefined && !selectors.includes(source)) {
      return `${at}/audioDescriptions/0/audioSourceName: The input has no selector of this name`;
    }
    const remix = audio?.[0]?.remixSettings;
    if (remix !== undefined && !isComplete(remix))
      return `${at}/audioDescriptions/0/remixSettings: Does not name each channel`;
  }
  return undefined;
}

const DEFAULT_TRACK = 'ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT';

/**
 * Checks how players choose between several audio outputs. "Choose this value for only one variant in your output group", in
 * all its rendition groups together, and: "When there is more than one variant in your output group, you must explicitly
 * choose a value".
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html, `CmfcSettings`, `audioTrackType`
 */
function checkAudioTracks({ outputs }: OutputGroup, path: string): string | undefined {
  const tracks = outputs.flatMap(({ audioDescriptions, containerSettings: container }, index) =>
    audioDescriptions === undefined || container.container !== 'CMFC'
      ? []
      : [{ at: `${path}/outputs/${index}/containerSettings/cmfcSettings/audioTrackType`, type: container.cmfcSettings?.audioTrackType }],
  );
  if (tracks.length < 2) return undefined;
  const unspecified = tracks.find(({ type }) => type === undefined);
  if (unspecified !== undefined) return `${unspecified.at}: Is required for each of several audio outputs`;
  const [, second] = tracks.filter(({ type }) => type === DEFAULT_TRACK);
  return second === undefined ? undefined : `${second.at}: Only one output of a group can be the default`;
}

function isComplete(remix: NonNullable<NonNullable<Output['audioDescriptions']>[number]['remixSettings']>): boolean {
  return remix.channelMapping.outputChannels.length === remix.channelsOut &&
  remix.channelMapping.outputChannels.every(({ inputChannels }) => inputChannels.length === remix.channelsIn);
}
