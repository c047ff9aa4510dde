import type { ComponentChildren, VNode } from 'preact';

/** Creates an icon on a 24 × 24 grid with 1.75 strokes. Hidden from screen readers: its control has the label. */
function icon(children: ComponentChildren): (() => VNode) {
  const Icon = (): VNode => (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
  return Icon;
}

export const UploadIcon = icon(<path d="M12 16V4m0 0L7 9m5-5 5 5M4 15v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3" />);
export const SearchIcon = icon(<><circle cx="11" cy="11" r="6.5" /><path d="m20 20-4.3-4.3" /></>);
export const CloseIcon = icon(<path d="M6 6l12 12M18 6 6 18" />);
export const SunIcon = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1" />
  </>,
);
export const MoonIcon = icon(<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z" />);
export const AutoIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 3.5v17a8.5 8.5 0 0 0 0-17Z" fill="currentColor" />
  </>,
);
export const LockIcon = icon(
  <>
    <rect x="5" y="11" width="14" height="9" rx="2" />
    <path d="M8 11V8a4 4 0 0 1 8 0v3" />
  </>,
);
export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 5a3.5 3.5 0 0 1 0 6.5M18.5 14.5A6.5 6.5 0 0 1 21.5 20" />
  </>,
);
export const GlobeIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M3.5 12h17M12 3.5c5 5 5 12 0 17-5-5-5-12 0-17Z" />
  </>,
);
export const PencilIcon = icon(<path d="m4 20 1-4.5L16.5 4a2.1 2.1 0 0 1 3 3L8 18.7 4 20Z" />);
export const TrashIcon = icon(
  <path d="M4 6.5h16M9 6.5V4.5h6v2M6.5 6.5l1 13h9l1-13M10 10.5v5M14 10.5v5" />,
);
export const CopyIcon = icon(
  <>
    <rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2" />
    <path d="M15.5 8.5V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7.5a2 2 0 0 0 2 2h2.5" />
  </>,
);
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const AlertIcon = icon(<><path d="M12 4 2.8 19.5h18.4L12 4Z" /><path d="M12 10v4.5M12 17.2v.1" /></>);
export const RetryIcon = icon(<path d="M20 12a8 8 0 1 1-2.5-5.8M20 3.5V8h-4.5" />);
export const ChevronIcon = icon(<path d="m6 9.5 6 6 6-6" />);
export const BackIcon = icon(<path d="M19 12H5m0 0 6-6m-6 6 6 6" />);
export const FilmIcon = icon(
  <>
    <rect x="3.5" y="5" width="17" height="14" rx="2" />
    <path d="m10 9.2 5 2.8-5 2.8V9.2Z" fill="currentColor" />
  </>,
);

/** The logo: a sluice gate between two posts, with water passing below it. */
export function Mark(): VNode {
  return (
    <svg class="mark" viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path class="mark-posts" d="M7 5v22M25 5v22" stroke-width="3" stroke-linecap="round" />
      <path class="mark-gate" d="M11 8.5h10v8H11z" />
      <path
        class="mark-water"
        d="M11 23c2.5-2.2 2.5-2.2 5 0s2.5 2.2 5 0"
        stroke-width="2.75"
        stroke-linecap="round"
      />
    </svg>
  );
}
