import { describe } from 'vitest';
import type { BoardSettings } from '../../simulator/scenario/settings.ts';
import { ROUTER } from '../../simulator/scenario/world.ts';
import { world } from '../support/bench.ts';
import { MINUTE } from '../support/mesh-bench.ts';
import { type Edit, firmwareWith } from '../support/mutants.ts';
import { rule } from './rule.ts';

/** Switches a gateway on for three minutes; answers whether it has joined the network, and with which keys it polled. */
async function polls(edits: readonly Edit[], sketch: string, settings?: BoardSettings) {
  const keys = new Set<string>();
  const w = world([{ name: 'gateway', image: await firmwareWith(edits, sketch), settings }], {
    fetch: async (request) => {
      if (request.url.endsWith('/pending')) keys.add(request.headers.get('x-api-key') ?? 'none');
      return Response.json([]);
    },
  });
  w.powerOn();
  await w.run(3 * MINUTE);
  return { joined: w.board('gateway').radio.status === 'connected', keys: [...keys] };
}

const PROVISIONED: BoardSettings = {
  wifi_ssid: ROUTER.ssid,
  wifi_pass: ROUTER.password,
  server: 'http://ota.test/',
  api_key: 'provisioned-key',
};

describe('settings in NVS', () => {
  rule('win over what was compiled in', {
    check: (edits) => polls(edits, 'gateway_elsewhere', PROVISIONED),
    holds: { joined: true, keys: ['provisioned-key'] },
    mutants: {
      'the network compiled in': {
        edits: [
          {
            file: 'MeshSwarm.cpp',
            find: 'const bool provisioned = settings.wifiSsid.length() > 0;',
            replace: 'const bool provisioned = false;',
          },
        ],
        seen: { joined: false, keys: [] },
      },
      'the server compiled in': {
        edits: [
          {
            file: 'MeshSwarm.cpp',
            find: 'settings.server.length() > 0 ? settings.server : String(url)',
            replace: 'String(url)',
          },
        ],
        seen: { joined: true, keys: [] },
      },
      'the API key compiled in': {
        edits: [
          {
            file: 'MeshSwarm.cpp',
            find: 'settings.apiKey.length() > 0 ? settings.apiKey : ',
            replace: '',
          },
        ],
        seen: { joined: true, keys: ['elsewhere-key'] },
      },
    },
  });

  rule('are no must: what was compiled in holds without them', {
    check: (edits) => polls(edits, 'mesh_gateway'),
    holds: { joined: true, keys: ['none'] },
    mutants: {
      'arguments that do not count': {
        edits: [
          {
            file: 'MeshSwarm.cpp',
            find: 'provisioned ? settings.wifiSsid : String(ssid)',
            replace: 'settings.wifiSsid',
          },
        ],
        seen: { joined: false, keys: [] },
      },
    },
  });
});
