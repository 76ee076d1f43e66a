import { provisionBoard } from '../../provision/index.ts';
import { connectBoard } from '../../serial/loader/connect.ts';
import { baudOf, openBoardPort } from '../serial/board-port.ts';
import { show } from '../support/show.ts';
import { holdInterrupts } from './hold-interrupts.ts';
import { keepOld } from './keep-old.ts';
import {
  describeSettings,
  type ProvisionFlags,
  type ProvisionWork,
  publicSettings,
} from './options.ts';

/** At which every ROM answers. */
const ROM_BAUD = 115_200;

/** Settings into the NVS partition of a board; it is reset afterwards, so that its firmware reads them. */
export async function provisionPort(
  port: string,
  flags: ProvisionFlags,
  { settings, unset }: ProvisionWork,
): Promise<void> {
  const baudRate = baudOf(flags.baud);
  const link = await openBoardPort(port, ROM_BAUD);
  try {
    const board = await connectBoard(link, { baudRate });
    const { partition, tableOffset, erase } = flags;
    const options = { partition, tableOffset, erase, unset, rescue: keepOld };
    const result = await holdInterrupts('writing the settings', async () => {
      const written = await provisionBoard(board, settings, options);
      await board.hardReset();
      return written;
    });
    const report = {
      port,
      chip: board.chip,
      ...result,
      settings: publicSettings(result.settings),
    };
    show(report, flags, (page) =>
      page.section(`Settings of the ${board.chip} on ${port}, read back`, [
        ...describeSettings(result.settings),
        ['written', writtenText(result.sectors)],
      ]),
    );
  } finally {
    await link.close();
  }
}

function writtenText(sectors: number): string {
  if (sectors === 0) return 'nothing had to change';
  return sectors === 1 ? '1 sector' : `${sectors} sectors`;
}
