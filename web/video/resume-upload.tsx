import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { session } from '../session/session.ts';
import { t } from '../texts/texts.ts';
import { FileButton } from '../uploads/file-button.tsx';
import { resumeUpload } from '../uploads/upload-list.ts';

/** Going on with the upload that a video waits for, also where another browser began it. Its owner alone may send. */
export function ResumeUpload({ video }: { video: Video }): VNode | null {
  const wrong = useSignal(false);
  const { fileName } = video.source;
  if (video.uploadId === null || fileName === null || video.ownerName !== session.value?.name) return null;
  const take = ([file]: readonly File[]): void => {
    if (file !== undefined) wrong.value = !resumeUpload(video, file);
  };
  return (
    <>
      <FileButton class="button button-primary" one onFiles={take}>
        {t.video.resumeUpload}
      </FileButton>
      <div role="alert">{wrong.value && <p class="short-trouble">{t.uploads.wrongFile(fileName)}</p>}</div>
    </>
  );
}
