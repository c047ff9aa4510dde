import type { Language } from '../../web/texts/language.ts';

interface SignInTexts {
  readonly title: string;
  readonly lead: string;
  readonly failed: string;
  /** Name and description of each user. */
  readonly users: Readonly<Record<string, readonly [name: string, description: string] | undefined>>;
}

export const SIGN_IN_TEXTS: Readonly<Record<Language, SignInTexts>> = {
  en: {
    title: 'Choose a user',
    lead: 'Sluice is running on your computer, so you do not need a password. After deployment, users sign in with their own accounts.',
    failed: 'Sign-in failed',
    users: {
      admin: ['Admin', 'Manages all videos'],
      uploader: ['Uploader', 'Uploads videos and manages their own'],
      viewer: ['Viewer', 'Watches shared videos'],
    },
  },
  ko: {
    title: '사용자 선택',
    lead: 'Sluice가 이 컴퓨터에서 실행 중이므로 비밀번호가 필요하지 않습니다. 배포 후에는 각자의 계정으로 로그인합니다.',
    failed: '로그인하지 못했습니다',
    users: {
      admin: ['관리자', '모든 동영상을 관리합니다'],
      uploader: ['업로더', '동영상을 업로드하고 자신의 동영상을 관리합니다'],
      viewer: ['시청자', '공유된 동영상을 시청합니다'],
    },
  },
};

/**
 * Returns the language of Cognito's parameter `lang`, or else the one that the browser prefers.
 *
 * @param accepted value of `Accept-Language`
 */
export function negotiateLanguage(lang: string | null, accepted: string): Language {
  const preferred = accepted
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(/\s*;\s*/);
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { tag, quality: Number(quality ?? 1) };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality);
  const tags = [...(lang === null ? [] : [lang.toLowerCase()]), ...preferred.map(({ tag }) => tag)];
  const known = tags.map((tag) => tag.split('-')[0]).find((tag) => tag === 'ko' || tag === 'en');
  return known ?? 'en';
}
