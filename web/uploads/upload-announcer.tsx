import { useComputed, type ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../shell/announcer.tsx';
import type { FileUpload } from './file-upload.ts';
import { endNewsOf, progressNewsOf } from './upload-announcements.ts';
import { round, roundFraction, uploads } from './upload-list.ts';

function useSaying(news: ReadonlySignal<string | null>): void {
  const last = useRef<string | null>(null);
  const now = news.value;
  useEffect(() => {
    if (now !== null && now !== last.current) announce(now);
    last.current = now;
  }, [now]);
}

function EndNews({ upload }: { upload: FileUpload }): null {
  useSaying(useComputed(() => endNewsOf(upload)));
  return null;
}

/** Says what happens to the uploads to those who do not see it; shows nothing. */
export function UploadNewsSpeaker(): VNode {
  useSaying(useComputed(() => progressNewsOf(round.value, roundFraction.value)));
  return (
    <>
      {uploads.value.map((upload) => (
        <EndNews key={upload.key} upload={upload} />
      ))}
    </>
  );
}
