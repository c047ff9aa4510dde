import type { ComponentChildren, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { VIDEO_EXTENSIONS } from './dropped-files.ts';
import { uploadFiles } from './upload-list.ts';

/** A hint to the file picker only. Extensions are listed because some systems have no media type for them. */
const ACCEPT = ['video/*', ...VIDEO_EXTENSIONS.map((ending) => `.${ending}`)].join(',');

interface FileButtonProps {
  readonly class: string;
  readonly children: ComponentChildren;
  readonly single?: boolean;
  /** @default uploads the files */
  readonly onFiles?: (files: readonly File[]) => void;
}

/** A button that opens the file picker. */
export function FileButton(props: FileButtonProps): VNode {
  const { class: className, children, single = false, onFiles = uploadFiles } = props;
  const input = useRef<HTMLInputElement>(null);
  const chooseFiles = (): void => {
    const files = [...(input.current?.files ?? [])];
    // Reset, so that choosing the same file again triggers a change.
    if (input.current !== null) input.current.value = '';
    if (files.length > 0) onFiles(files);
  };
  return (
    <>
      <button type="button" class={className} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input ref={input} type="file" hidden multiple={!single} accept={ACCEPT} onChange={chooseFiles} />
    </>
  );
}
