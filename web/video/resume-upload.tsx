import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { session } from '../session/session.ts';
import { isolateText } from '../texts/isolate-text.ts';
import { t } from '../texts/texts.ts';
import { FileButton } from '../uploads/file-button.tsx';
import { resumeUpload } from '../uploads/upload-list.ts';

/** Lets the owner resume the upload of a video, also one started in another browser. */
export function ResumeUpload({ video }: { video: Video }): VNode | null {
  const isWrongFile = useSignal(false);
  const { fileName } = video.source;
  if (video.uploadId === null || fileName === null || video.ownerName !== session.value?.name) return null;
  const chooseFiles = ([file]: readonly File[]): void => {
    if (file !== undefined) isWrongFile.value = !resumeUpload(video, file);
  };
  return (
    <>
      <FileButton class="button button-primary" single onFiles={chooseFiles}>
        {t.video.resumeUpload}
      </FileButton>
      <div role="alert">{isWrongFile.value && <p class="inline-error">{t.uploads.wrongFile(isolateText(fileName))}</p>}</div>
    </>
  );
}
