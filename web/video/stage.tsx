import type { Signal } from '@preact/signals';
import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { LazyPlayer } from '../player/lazy-player.tsx';
import { Bar } from '../shell/bar.tsx';
import { format, t } from '../texts/texts.ts';
import type { FileUpload } from '../uploads/file-upload.ts';
import { sendingText } from '../uploads/sending-text.ts';
import { uploadOf } from '../uploads/uploads.ts';
import { Poster } from './poster.tsx';
import { isMoving } from './status-badge.tsx';

/** Width by height of what will be seen; wide until it is known. */
const ratioOf = (video: Video): number => {
  const picture = video.renditions.find(({ kind }) => kind === 'video') ?? video.source.video;
  return picture?.width && picture.height ? picture.width / picture.height : 16 / 9;
};

const textOf = (video: Video, upload: FileUpload | undefined): string => {
  if (video.status !== 'uploading') return t.video.processingText;
  if (upload?.phase.value === 'interrupted') return t.uploads.interrupted;
  if (upload?.phase.value === 'sending') return sendingText(upload);
  return upload?.active.value === true ? t.video.uploadingText : t.video.uploadStoppedText;
};

const OnItsWay = ({ video }: { video: Video }): VNode => {
  const upload = video.status === 'uploading' ? uploadOf(video.id) : undefined;
  const sending = upload?.active.value === true;
  const percent = sending ? 100 * upload.fraction.value : video.percent;
  // Whether an upload that this page does not send is going on, nobody here knows.
  const moving = video.status !== 'uploading' || sending;
  return (
    <div class="on-its-way rippled">
      <p class="on-its-way-status">{t.status[video.status]}</p>
      <p class="on-its-way-percent" aria-hidden="true">
        {percent === null ? '' : format.percent(percent)}
      </p>
      {moving && <Bar label={t.status[video.status]} percent={percent} />}
      <p>{textOf(video, upload)}</p>
    </div>
  );
};

/** Where the video is seen: the player, or what is known before there is anything to play. */
export const Stage = ({ video, playback }: { video: Video; playback: Signal<Playback | null> }): VNode | null => {
  const style = { '--ratio': String(ratioOf(video)) };
  if (video.playable) {
    return (
      <div class="stage" style={style}>
        {playback.value === null ? (
          <Poster video={video} />
        ) : (
          <LazyPlayer playback={playback.value} posterUrl={video.posterUrl} />
        )}
      </div>
    );
  }
  if (!isMoving(video.status)) return null;
  return (
    <div class="stage stage-waiting">
      <OnItsWay video={video} />
    </div>
  );
};
