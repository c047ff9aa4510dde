import type { SourceWarning } from '../../catalog/schema/source-warning.ts';
import type { FailureText, Translated } from './steps.ts';

/**
 * Warnings beside `ready`: how a video differs from its file, and what its owner can do. The codes are stable;
 * `docs/errors.md` explains each. A warning may name the affected track, by its number among tracks of its kind, and the
 * affected part of the video.
 */
export const SOURCE_WARNINGS = {
  sound_track_skipped: {
    en: {
      what: 'A sound track was left out: it is empty, damaged or in a format that the encoder cannot decode.',
      next: 'If you need it, export the video again with AAC sound.',
    },
    ko: {
      what: '오디오 트랙 하나를 제외했습니다. 비어 있거나, 손상되었거나, 디코딩할 수 없는 형식입니다.',
      next: '이 트랙이 필요하면 오디오를 AAC로 하여 동영상을 다시 내보내 주세요.',
    },
  },
  sound_tracks_limited: {
    en: {
      what: 'A sound track was left out: a video has at most 16.',
      next: 'If you need it, export the video again with fewer sound tracks.',
    },
    ko: {
      what: '오디오 트랙 하나를 제외했습니다. 동영상 하나에는 오디오 트랙을 16개까지만 담을 수 있습니다.',
      next: '이 트랙이 필요하면 오디오 트랙 수를 줄여 동영상을 다시 내보내 주세요.',
    },
  },
  sound_channels_skipped: {
    en: {
      what: 'A sound track has more than eight channels. Only the first six were used, as 5.1.',
      next: 'If you need the others, export the video again with sound in stereo, 5.1 or 7.1.',
    },
    ko: {
      what: '채널이 8개가 넘는 오디오 트랙이 있습니다. 처음 6개 채널만 5.1 채널로 사용했습니다.',
      next: '나머지 채널이 필요하면 오디오를 스테레오, 5.1 또는 7.1 채널로 하여 동영상을 다시 내보내 주세요.',
    },
  },
  video_track_skipped: {
    en: {
      what: 'The file has more than one video track; this one was left out.',
      next: 'If you need it, export it as a separate video.',
    },
    ko: {
      what: '파일에 영상 트랙이 둘 이상 있어 이 트랙을 제외했습니다.',
      next: '이 트랙이 필요하면 별도의 동영상으로 내보내 주세요.',
    },
  },
  colors_approximated: {
    en: {
      what: 'The video uses an unusual color space, so its colors may look slightly different.',
      next: 'If they matter, export the video again in Rec. 709.',
    },
    ko: {
      what: '흔하지 않은 색 공간을 사용하는 동영상이라 색이 조금 다르게 보일 수 있습니다.',
      next: '색이 중요하면 Rec. 709로 동영상을 다시 내보내 주세요.',
    },
  },
  // The laptop's encoder converts each part by its own labels, but the warning is about AWS in both places.
  colors_change: {
    en: {
      what: 'The colors change within the file, for example from standard to high dynamic range. On AWS, they may look wrong in part of the video.',
      next: 'If they do, export the video again with one color space throughout, such as Rec. 709.',
    },
    ko: {
      what: '파일 중간에 색 공간이 바뀝니다(예: SDR에서 HDR로). AWS에서 만든 동영상은 일부 구간의 색이 다르게 보일 수 있습니다.',
      next: '색이 다르게 보이면 전체를 Rec. 709 같은 하나의 색 공간으로 맞춰 동영상을 다시 내보내 주세요.',
    },
  },
  tracks_differ_in_length: {
    en: {
      what: 'Another sound track starts before, or ends after, both the picture and the main sound. That part may be missing.',
      next: 'If you need it, export the video again with sound tracks as long as the picture.',
    },
    ko: {
      what: '추가 오디오 트랙이 영상과 첫 번째 오디오보다 먼저 시작하거나 더 늦게 끝나서, 그 부분이 빠졌을 수 있습니다.',
      next: '이 부분이 필요하면 오디오 트랙의 길이를 영상에 맞춰 동영상을 다시 내보내 주세요.',
    },
  },
  // The laptop's encoder mirrors the picture, but the warning is about AWS in both places.
  mirror_not_applied: {
    en: {
      what: 'The file asks players to mirror its picture. MediaConvert cannot do that, so a video made on AWS is not mirrored.',
      next: 'If left and right matter, mirror the picture in an editor and upload it again.',
    },
    ko: {
      what: '화면의 좌우를 뒤집어 보여 주도록 지정된 파일입니다. MediaConvert는 이를 지원하지 않아, AWS에서 만든 동영상은 뒤집히지 않습니다.',
      next: '좌우가 중요하면 편집기에서 화면을 뒤집은 뒤 다시 업로드해 주세요.',
    },
  },
  subtitles_skipped: {
    en: {
      what: 'Subtitles or captions in the file were left out.',
      next: 'If viewers need them, upload the video with subtitles burned into the picture.',
    },
    ko: {
      what: '파일에 있는 자막을 제외했습니다.',
      next: '자막이 필요하면 화면에 자막을 입힌 동영상을 업로드해 주세요.',
    },
  },
  source_cut_off: {
    en: {
      what: 'The file ends too early, so the video may be shorter than the original.',
      next: 'If you have the complete file, upload it again.',
    },
    ko: {
      what: '파일이 중간에 끊겨 있어 동영상이 원본보다 짧을 수 있습니다.',
      next: '온전한 파일이 있으면 다시 업로드해 주세요.',
    },
  },
  source_has_gap: {
    en: {
      what: 'Part of the file is damaged or missing, so picture and sound may be missing or distorted there.',
      next: 'If you have an intact copy of the file, upload it again.',
    },
    ko: {
      what: '파일 일부가 손상되었거나 빠져 있어, 그 부분의 화면과 소리가 빠지거나 깨질 수 있습니다.',
      next: '손상되지 않은 파일이 있으면 다시 업로드해 주세요.',
    },
  },
  source_changes: {
    en: {
      what: 'Another recording begins within the file, or its clock, codec or tracks change. Picture or sound may be missing or frozen from there on.',
      next: 'If something is missing, upload the recordings separately, or join them in an editor and export them as one video.',
    },
    ko: {
      what: '파일 중간에 다른 녹화가 시작되거나 시간 정보, 코덱 또는 트랙 구성이 바뀝니다. 그 뒤의 화면이나 소리가 빠지거나 멈출 수 있습니다.',
      next: '빠진 부분이 있으면 녹화본을 따로 업로드하거나, 편집기에서 하나로 이어 내보낸 뒤 업로드해 주세요.',
    },
  },
  picture_damaged: {
    en: {
      what: 'Part of the picture could not be decoded: frames may be missing, gray or distorted.',
      next: 'If you need that part, export the video again from the original.',
    },
    ko: {
      what: '영상 일부를 디코딩하지 못했습니다. 프레임이 빠지거나 회색으로 나오거나 깨질 수 있습니다.',
      next: '이 부분이 필요하면 원본에서 동영상을 다시 내보내 주세요.',
    },
  },
  sound_damaged: {
    en: {
      what: 'Part of the sound could not be decoded and may be missing.',
      next: 'If you need that part, export the video again from the original.',
    },
    ko: {
      what: '오디오 일부를 디코딩하지 못해 소리가 빠질 수 있습니다.',
      next: '이 부분이 필요하면 원본에서 동영상을 다시 내보내 주세요.',
    },
  },
  silence_added: {
    en: {
      what: 'The sound has gaps, which were filled with silence to keep sound and picture in sync.',
      next: 'If the original has sound there, export the video again from it.',
    },
    ko: {
      what: '오디오에 빈 구간이 있어, 소리와 화면이 어긋나지 않도록 무음으로 채웠습니다.',
      next: '원본의 그 구간에 소리가 있으면 동영상을 다시 내보내 주세요.',
    },
  },
  sound_cut: {
    en: {
      what: 'Part of the sound was cut to keep sound and picture in sync.',
      next: 'If you need it, export the video again so that sound and picture match.',
    },
    ko: {
      what: '소리와 화면이 어긋나지 않도록 오디오 일부를 제외했습니다.',
      next: '이 부분이 필요하면 소리와 화면이 맞도록 동영상을 다시 내보내 주세요.',
    },
  },
} as const satisfies Readonly<Record<string, Translated<FailureText>>>;

export type SourceWarningCode = keyof typeof SOURCE_WARNINGS;
export const SOURCE_WARNING_CODES: readonly SourceWarningCode[] = Object.keys(SOURCE_WARNINGS).filter(isWarningCode);

/** Codes of damage: less of the source may decode than its index states. */
const DAMAGE: ReadonlySet<string> = new Set<SourceWarningCode>([
  'source_cut_off',
  'source_has_gap',
  'source_changes',
  'picture_damaged',
  'sound_damaged',
]);

/** Returns whether a warning reports damage to the source. */
export function saysDamaged({ code }: SourceWarning): boolean {
  return DAMAGE.has(code);
}

/** A warning with one of the chain's codes. */
export type FoundWarning = SourceWarning & { readonly code: SourceWarningCode };

/** Returns whether a warning has a known code; during a deployment, a newer function may have recorded another. */
export function isKnownWarning(warning: SourceWarning): warning is FoundWarning {
  return isWarningCode(warning.code);
}

export function isWarningCode(code: string): code is SourceWarningCode {
  return Object.hasOwn(SOURCE_WARNINGS, code);
}
