/** Shares of bytes, 0 to 1, drawn from the board's own stream of chance. */
export interface ByteFaults {
  /** The byte never arrives. */
  drop?: number;
  /** One of its bits is turned over. */
  corrupt?: number;
}

/** What may be wrong with a serial connection and its loader. Plain data, and may be changed at any time. */
export interface SerialFaults {
  toChip?: ByteFaults;
  toHost?: ByteFaults;
  /** Every reply of the loader comes so much later, µs. */
  replyDelay?: number;
  /** Loses the reply to the next command of this number (op), then forgets itself. */
  loseReply?: number;
  /** The loader stops answering, and taking commands, after so many more. */
  stallAfter?: number;
  /** The cable is pulled after so many more bytes have reached the chip. */
  unplugAfter?: number;
  /** SPI_FLASH_MD5 answers a wrong sum. */
  wrongMd5?: boolean;
  /** The supply breaks down whenever the app's radio starts, and at each write of flash by the loader. */
  brownOut?: boolean;
  /** What ROM and bootloader print leaves the chip at 74,880 baud. */
  garbledBootLog?: boolean;
  /** The stub is uploaded and never says that it runs. */
  silentStub?: boolean;
}
