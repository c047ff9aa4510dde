import type { ComponentChildren, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { VIDEO_EXTENSIONS } from './dropped-files.ts';
import { uploadFiles } from './upload-list.ts';

/** Suggested, not required: what a file is shows in its bytes. Some systems know no type for these endings. */
const ACCEPT = ['video/*', ...VIDEO_EXTENSIONS.map((ending) => `.${ending}`)].join(',');

interface FileButtonProps {
  readonly class: string;
  readonly children: ComponentChildren;
  readonly one?: boolean;
  /** @default uploads them */
  readonly onFiles?: (files: readonly File[]) => void;
}

/** A button that opens the system's choice of files. */
export function FileButton(props: FileButtonProps): VNode {
  const { class: className, children, one = false, onFiles = uploadFiles } = props;
  const input = useRef<HTMLInputElement>(null);
  const take = (): void => {
    const files = [...(input.current?.files ?? [])];
    // Emptied, so that the same file can be chosen again.
    if (input.current !== null) input.current.value = '';
    if (files.length > 0) onFiles(files);
  };
  return (
    <>
      <button type="button" class={className} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input ref={input} type="file" hidden multiple={!one} accept={ACCEPT} onChange={take} />
    </>
  );
}
