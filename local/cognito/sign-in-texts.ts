import type { Language } from '../../web/texts/language.ts';

/** Reason why the sign-in page shows an error instead of redirecting. */
export type SignInError =
  | 'unknown_client'
  | 'redirect_mismatch'
  | 'logout_mismatch'
  | 'unknown_user'
  | 'foreign_form';

interface SignInTexts {
  readonly title: string;
  readonly lead: string;
  /** Name and description of each user. */
  readonly users: Readonly<Record<string, readonly [name: string, description: string] | undefined>>;
  readonly failed: string;
  /** Says what happened, and what to do. @param origin registered address of the pages */
  readonly errors: Readonly<Record<SignInError, (origin: string) => string>>;
  readonly back: string;
}

export const SIGN_IN_TEXTS: Readonly<Record<Language, SignInTexts>> = {
  en: {
    title: 'Choose a user',
    lead: 'Sluice is running on your computer, so you do not need a password. After deployment, users sign in with their own accounts.',
    users: {
      admin: ['Admin', 'Uploads videos and manages all of them'],
      uploader: ['Uploader', 'Uploads videos, manages their own and watches shared ones'],
      viewer: ['Viewer', 'Watches shared videos'],
    },
    failed: 'Sign-in failed',
    errors: {
      unknown_client: () => 'Sluice may have been set up again since the page was loaded. Open it again, and sign in from there.',
      redirect_mismatch: (origin) => `Sign-in works only at the registered address, ${origin}. Open Sluice there, and sign in.`,
      logout_mismatch: (origin) => `Signing out returns only to the registered address, ${origin}.`,
      unknown_user: () => 'This user does not exist. Go back, and choose another one.',
      foreign_form: () => 'The form was submitted from another site. Open Sluice, and sign in from there.',
    },
    back: 'Open Sluice',
  },
  ko: {
    title: '사용자 선택',
    lead: 'Sluice가 이 컴퓨터에서 실행 중이므로 비밀번호가 필요하지 않습니다. 배포 후에는 각자의 계정으로 로그인합니다.',
    users: {
      admin: ['관리자', '동영상을 업로드하고 모든 동영상을 관리합니다'],
      uploader: ['업로더', '동영상을 업로드하고 자신의 동영상을 관리하며, 공유된 동영상을 시청합니다'],
      viewer: ['시청자', '공유된 동영상을 시청합니다'],
    },
    failed: '로그인하지 못했습니다',
    errors: {
      unknown_client: () => '페이지를 연 뒤에 Sluice가 다시 설정되었을 수 있습니다. Sluice를 다시 열고 로그인하세요.',
      redirect_mismatch: (origin) => `등록된 주소 ${origin} 에서만 로그인할 수 있습니다. 이 주소로 Sluice를 열고 로그인하세요.`,
      logout_mismatch: (origin) => `로그아웃한 뒤에는 등록된 주소 ${origin} 로만 돌아갈 수 있습니다.`,
      unknown_user: () => '없는 사용자입니다. 뒤로 돌아가 다른 사용자를 선택하세요.',
      foreign_form: () => '다른 사이트에서 보낸 양식입니다. Sluice를 열고 로그인하세요.',
    },
    back: 'Sluice 열기',
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
