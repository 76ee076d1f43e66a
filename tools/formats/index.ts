/** ESP32 on-flash formats as one face: `import { parseOtadata } from 'esp-ota-bench/formats'`. */
export * from './esp-image.ts';
