import { findSoundFault } from '../../../lambdas/contracts/sound-faults.ts';

test.each([
  [{ errorCode: 1021, errorMessage: 'No audio frames decoded on [selector-(Audio Selector 2)-track-2-drc]' }, { track: 2 }],
  [{ errorCode: 1021, errorMessage: 'Demuxer and decoder cancelled on [selector-(Audio Selector 1)-track-1-drc] before any frames were decoded' }, { track: 1 }],
  [{ errorCode: 1021 }, { track: undefined }],
  [{ errorCode: 1030, errorMessage: 'Audio codec [adpcm_ms] for track [3] is not a supported input audio codec' }, { track: 3 }],
  [{ errorCode: 1030, errorMessage: 'Video codec [svq1] is not a supported input video codec' }, undefined],
  [{ errorCode: 1040, errorMessage: 'Invalid audio track specified for audio_selector [1]. Audio track [2] not found in input container.' }, { track: 2 }],
  [{ errorCode: 1040, errorMessage: 'Frame rate is set to follow, but there is none' }, undefined],
  [{ errorCode: 1092, errorMessage: "Decoder: [Dolby decoder error: The transcoder couldn't decode the audio frame header in the first 100 frames of your input.]" }, { track: undefined }],
  [{ errorCode: 1092, errorMessage: 'Audio input pipeline error: [Demuxer: [Failed to read data: Error caching file]]' }, undefined],
  [{ errorCode: 1060, errorMessage: 'Decoder closed. No pictures decoded.' }, undefined],
  [{ errorCode: 1999, errorMessage: 'Unknown error' }, undefined],
  [{}, undefined],
])('a job that ends with %j has the fault %j', (error, fault) => {
  expect(findSoundFault(error)).toEqual(fault);
});
