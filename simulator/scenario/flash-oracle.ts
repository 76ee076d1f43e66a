export { type FlashView, readFlash, type SlotView, settledImage } from '../oracles/flash-view.ts';
