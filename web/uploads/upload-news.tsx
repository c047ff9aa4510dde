import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../shell/announcer.tsx';
import { explain, format, t } from '../texts/texts.ts';
import type { FileUpload } from './file-upload.ts';

const newsOf = (upload: FileUpload): string | null => {
  const name = upload.fileName;
  const status = upload.video.value?.status;
  if (status === 'ready') return t.uploads.ready(name);
  if (status === 'rejected' || status === 'failed') return t.uploads.ended(name);
  const error = upload.error.value;
  if (error !== null) return `${name}: ${explain(error.code, error.detail).what}`;
  if (upload.phase.value === 'sent') return t.uploads.arrived(name);
  if (upload.phase.value !== 'sending') return null;
  // Each quarter, not each percent: nobody wants to be talked to without end.
  const quarter = Math.floor(upload.fraction.value * 4) * 25;
  return quarter === 0 ? t.uploads.begun(name) : t.uploads.reached(name, format.percent(quarter));
};

/** Says what happens to an upload to those who do not see it; shows nothing. */
export const UploadNews = ({ upload }: { upload: FileUpload }): null => {
  const news = useComputed(() => newsOf(upload)).value;
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (news !== null && news !== last.current) announce(news);
    last.current = news;
  }, [news]);
  return null;
};
