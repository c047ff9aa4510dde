import type { Language } from '../../web/texts/language.ts';

export interface SignInTexts {
  readonly title: string;
  readonly lead: string;
  readonly failed: string;
  /** Name and what it may do, by group. */
  readonly users: Readonly<Record<string, readonly [name: string, may: string] | undefined>>;
}

export const SIGN_IN_TEXTS: Readonly<Record<Language, SignInTexts>> = {
  en: {
    title: 'Who would you like to be?',
    lead: 'Sluice runs on your own computer here, so that no password is needed. Once deployed, people sign in with their accounts.',
    failed: 'This sign-in cannot be carried out',
    users: {
      admin: ['Admin', 'Manages all videos'],
      uploader: ['Uploader', 'Uploads videos and manages their own'],
      viewer: ['Viewer', 'Watches what is shared'],
    },
  },
  ko: {
    title: '누구로 로그인할까요?',
    lead: '지금은 내 컴퓨터에서 Sluice가 실행되고 있어 비밀번호가 필요 없습니다. 배포한 뒤에는 각자의 계정으로 로그인합니다.',
    failed: '로그인할 수 없습니다',
    users: {
      admin: ['관리자', '모든 동영상을 관리합니다'],
      uploader: ['업로더', '동영상을 올리고 자신의 동영상을 관리합니다'],
      viewer: ['시청자', '공유된 동영상을 시청합니다'],
    },
  },
};

/**
 * The language that the client asks for by Cognito's parameter `lang`, or the one that the browser prefers.
 *
 * @param accepted `Accept-Language`
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
