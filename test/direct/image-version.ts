import { readAppDesc } from '../../tools/firmware/testing/descriptor.ts';

/** Version and build number of an image: "2.0.0+7" is build 7 of 2.0.0. */
export function readImageVersion(image: Uint8Array): { version: string; build_number: number } {
  const [version = '', build = '1'] = readAppDesc(image).version.split('+');
  return { version, build_number: Number(build) };
}
