import { SerialError } from '../trouble.ts';

/** A chip as esptool-js knows it: registers, and how to read what its eFuses say. */
export interface RomData {
  CHIP_NAME: string;
  IMAGE_CHIP_ID?: number;
  USES_MAGIC_VALUE: boolean;
  BOOTLOADER_FLASH_OFFSET: number;
  SPI_REG_BASE: number;
  SPI_USR_OFFS: number;
  SPI_USR1_OFFS: number;
  SPI_USR2_OFFS: number;
  SPI_MISO_DLEN_OFFS: number;
  SPI_W0_OFFS: number;
  /** Bytes a block over USB-OTG, whose buffer is smaller. */
  USB_RAM_BLOCK?: number;
  getChipDescription(reader: RomReader): Promise<string>;
  getChipFeatures(reader: RomReader): Promise<string[]>;
  getCrystalFreq(reader: RomReader): Promise<number>;
  readMac(reader: RomReader): Promise<string>;
  /** Watchdogs off over USB, power to the flash on: what a chip needs before anything else. */
  postConnect?(reader: RomReader): Promise<void>;
}

/** The part of esptool-js's loader that its chips use. */
export interface RomReader {
  readReg(address: number): Promise<number>;
  writeReg(address: number, value: number): Promise<void>;
  usesUsbOtg(): Promise<boolean>;
  debug(text: string): void;
  info(text: string): void;
  transport: { baudrate: number };
  secureDownloadMode: boolean;
  IS_STUB: boolean;
  ESP_RAM_BLOCK: number;
}

/** Chips that say who they are by a register, as they know no GET_SECURITY_INFO or leave out the id. */
const BY_MAGIC: Record<number, string> = { 15736195: 'ESP32', 1990: 'ESP32-S2' };
const ESP8266_MAGIC = 0xfff0c101;

async function allChips(): Promise<RomData[]> {
  const { ROM_LIST } = await import('esptool-js/lib/targets/index.js');
  return ROM_LIST as unknown as RomData[];
}

/** @throws SerialError `unknown-chip` */
export async function chipById(id: number): Promise<RomData> {
  const found = (await allChips()).find(
    (chip) => !chip.USES_MAGIC_VALUE && chip.IMAGE_CHIP_ID === id,
  );
  if (found) return found;
  throw unknown(`names itself chip ${id}`);
}

/** @throws SerialError `unknown-chip` */
export async function chipByMagic(magic: number): Promise<RomData> {
  const name = BY_MAGIC[magic];
  const found = (await allChips()).find((chip) => chip.CHIP_NAME === name);
  if (found) return found;
  if (magic === ESP8266_MAGIC) throw unknown('is an ESP8266');
  throw unknown(`answers with 0x${magic.toString(16)} at 0x40001000`);
}

function unknown(what: string): SerialError {
  return new SerialError('unknown-chip', `the board ${what}, which is no chip that is known here`);
}
