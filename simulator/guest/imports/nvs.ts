import type { Guest } from '../guest.ts';
import type { ImportModule } from './index.ts';
export function nvsImports(_guest: Guest): ImportModule {
  return {};
}
