import type { VNode } from 'preact';
import type { Visibility } from '../../lambdas/contracts/api/video.ts';
import { GlobeIcon, LockIcon, PeopleIcon } from '../icons/icons.tsx';

export const VISIBILITY_ICONS: Record<Visibility, () => VNode> = {
  private: LockIcon,
  shared: PeopleIcon,
  public: GlobeIcon,
};
