import { useComputed, type ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../shell/announcements.ts';
import type { FileUpload } from './file-upload.ts';
import { describeOutcome, describeProgress } from './upload-announcements.ts';
import { currentBatch, batchFraction, trayUploads } from './upload-list.ts';

function useAnnouncement(text: ReadonlySignal<string | null>): void {
  const last = useRef<string | null>(null);
  const now = text.value;
  useEffect(() => {
    if (now !== null && now !== last.current) announce(now);
    last.current = now;
  }, [now]);
}

function OutcomeAnnouncer({ upload }: { upload: FileUpload }): null {
  useAnnouncement(useComputed(() => describeOutcome(upload)));
  return null;
}

/** Announces the progress of uploads to screen readers; renders nothing. */
export function UploadAnnouncer(): VNode {
  useAnnouncement(useComputed(() => describeProgress(currentBatch.value, batchFraction.value, trayUploads.value)));
  return (
    <>
      {trayUploads.value.map((upload) => (
        <OutcomeAnnouncer key={upload.key} upload={upload} />
      ))}
    </>
  );
}
