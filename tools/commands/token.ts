import { Command } from 'commander';
import { mintToken, type TokenOrder } from '../../mock-server/auth/mint.ts';
import { loadSecrets, rotateLinkKey } from '../../mock-server/auth/secrets.ts';
import { revokeTokens } from '../../mock-server/store/revoked-tokens.ts';
import { openStore } from '../../mock-server/store/store.ts';
import { argumentOf } from './server/options.ts';
import { dataPlace } from './server/settings.ts';
import { duration } from './support/quantity.ts';

const EXAMPLES = `
Examples:
  $ ota token admin
  $ ota token device --id 123 --ttl 90d
  $ curl -H "Authorization: Bearer $(ota token admin --ttl 1h)" http://127.0.0.1:8000/api/ota/admin/firmware

The token goes to standard output, and nothing else. It is signed with JWT_SECRET, or with
secrets.json of the server's data folder.`;

const DATA = [
  '--data <DIR>',
  "the server's data folder (or OTA_DATA_DIR; default ./ota-data)",
] as const;
const TTL = '--ttl <TIME>';

interface MintFlags {
  data?: string;
  id?: number | string;
  ttl?: number;
}

export function tokenCommand(): Command {
  const token = new Command('token').description('Make credentials, or make them void.');
  token
    .command('admin')
    .description("Print an administrator's JWT.")
    .option('--id <NAME>', 'who it is for, as logs show it', 'admin')
    .option(TTL, 'how long it is good: 12h, 30d (default 90d)', argumentOf(duration))
    .option(...DATA)
    .action((flags: MintFlags) => print('admin', flags));
  token
    .command('device')
    .description("Print a device's JWT; without --ttl it does not expire.")
    .requiredOption('--id <N>', 'the device_id that it speaks for', argumentOf(deviceId))
    .option(TTL, 'how long it is good: 12h, 90d', argumentOf(duration))
    .option(...DATA)
    .action((flags: MintFlags) => print('device', flags));
  token
    .command('revoke')
    .description('Make one JWT void, or all that a device was given so far.')
    .option('--jti <JTI>', "the token's jti")
    .option('--device <N>', 'a device_id', argumentOf(deviceId))
    .option(...DATA)
    .action(revoke);
  token
    .command('rotate-links')
    .description('Sign download links with a new key; those that are out stay good.')
    .option(...DATA)
    .action(async (flags: { data?: string }) => {
      const id = await rotateLinkKey(dataPlace(flags, process.env).dataDir);
      console.log(`links are signed with key ${id} once the server is started again`);
    });
  return token.addHelpText('after', EXAMPLES);
}

async function print(role: TokenOrder['role'], flags: MintFlags): Promise<void> {
  const { dataDir } = dataPlace(flags, process.env);
  const { secrets, created, file } = await loadSecrets(dataDir, process.env);
  if (created) {
    console.error(`ota: made new secrets in ${file}; start the server with the same data folder.`);
  }
  const ttl = flags.ttl === undefined ? {} : { ttl: flags.ttl / 1000 };
  console.log(await mintToken(secrets.jwtSecret, { role, id: flags.id as string, ...ttl }));
}

async function revoke(flags: { jti?: string; device?: number; data?: string }): Promise<void> {
  const { jti, device } = flags;
  if ((jti === undefined) === (device === undefined)) {
    throw new Error('Which tokens? Give --jti for one, or --device for all of a device.');
  }
  const store = await openStore(dataPlace(flags, process.env).database, { migrate: false });
  try {
    const what = jti === undefined ? { deviceId: device as number } : { jti };
    await revokeTokens(store.db, what, Date.now());
  } finally {
    await store.close();
  }
  console.log('revoked; running servers take it up within 5 s');
}

function deviceId(text: string): number {
  const id = Number(text);
  if (/^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(id)) return id;
  throw new Error(`give a number from 0 to ${Number.MAX_SAFE_INTEGER}`);
}
