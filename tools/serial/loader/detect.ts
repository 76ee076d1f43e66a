import { OP } from '../../formats/serial-loader.ts';
import { dataOf } from '../protocol/packet.ts';
import { isSerialError } from '../trouble.ts';
import type { Loader } from './loader.ts';
import { chipById, chipByMagic, type RomData } from './rom-data.ts';
import {
  parseSecurityInfo,
  SECURITY_INFO_LONG,
  SECURITY_INFO_SHORT,
  type SecurityInfo,
} from './security-info.ts';

const MAGIC_REGISTER = 0x40001000;
const TIMEOUT_MS = 1000;

/** Finds out which chip answers, and whether it is in secure download mode; sets both.
 * @throws SerialError `unknown-chip`, and as Channel.command */
export async function detectChip(loader: Loader): Promise<void> {
  const security = await readSecurityInfo(loader);
  loader.security = security;
  loader.secureDownload = security?.flags.secureDownload ?? false;
  loader.chip = await chipOf(loader, security);
}

/** Undefined where the chip knows no such command: an ESP32, or a stub for one. */
export async function readSecurityInfo(loader: Loader): Promise<SecurityInfo | undefined> {
  const { channel } = loader;
  try {
    await channel.request(OP.GET_SECURITY_INFO);
    const reply = await channel.reply(OP.GET_SECURITY_INFO, TIMEOUT_MS);
    const long = reply.body.length >= SECURITY_INFO_LONG + 2;
    dataOf(reply, long ? SECURITY_INFO_LONG : SECURITY_INFO_SHORT);
    return parseSecurityInfo(reply.body);
  } catch (error) {
    if (isSerialError(error, 'not-supported', 'refused')) return undefined;
    throw error;
  }
}

async function chipOf(loader: Loader, security: SecurityInfo | undefined): Promise<RomData> {
  if (security?.chipId !== undefined) return chipById(security.chipId);
  // An S2 in secure download mode answers no register reads.
  if (security?.flags.secureDownload) return chipByMagic(0x000007c6);
  return chipByMagic(await loader.readReg(MAGIC_REGISTER));
}
