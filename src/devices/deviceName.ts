import type { DeviceVendor } from './deviceSpec';

/** The parts of a device's name that tell devices apart. */
export interface DeviceName {
  /** Makers that the name says: `GeForce` is NVIDIA's. */
  readonly vendors: ReadonlySet<DeviceVendor>;
  /** The words of the model in a fixed order, such as `4090 laptop`; two models are the same where these are. */
  readonly model: string;
  /** Words that tell the variants of a model apart: its memory (`80gb`, `hbm3`) and its form (`sxm`, `pcie`). */
  readonly details: ReadonlySet<string>;
}

const brands: ReadonlyMap<string, DeviceVendor> = new Map([
  ['nvidia', 'nvidia'],
  ['geforce', 'nvidia'],
  ['rtx', 'nvidia'],
  ['tesla', 'nvidia'],
  ['quadro', 'nvidia'],
  ['amd', 'amd'],
  ['radeon', 'amd'],
  ['instinct', 'amd'],
  ['intel', 'intel'],
  ['habana', 'intel'],
  ['arc', 'intel'],
  ['apple', 'apple'],
  ['google', 'google'],
  ['qualcomm', 'qualcomm'],
]);

const fillers: ReadonlySet<string> = new Set([
  'accelerator',
  'adreno',
  'ai',
  'cloud',
  'corporation',
  'edition',
  'generation',
  'gpu',
  'graphics',
  'inc',
]);

const detail = /^(?:\d+gb|sxm|pcie|oam|hbm\d?e?|gddr\dx?)$/;

const longestName = 200;

/** `text` as a device's name, or undefined where it names no model. */
export function parseDeviceName(text: string): DeviceName | undefined {
  if (text.length > longestName) return undefined;
  const vendors = new Set<DeviceVendor>();
  const model = new Set<string>();
  const details = new Set<string>();
  for (const word of words(text)) {
    const vendor = brands.get(word);
    if (vendor !== undefined) vendors.add(vendor);
    else if (detail.test(word)) details.add(word);
    else if (!fillers.has(word)) model.add(word === 'mobile' ? 'laptop' : word);
  }
  return model.size === 0 ? undefined : { vendors, model: [...model].sort().join(' '), details };
}

function words(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/\((?:r|tm|c)\)/g, ' ')
    .replace(/_/g, ' ')
    .replace(/\+/g, ' plus ')
    .replace(/\b(\d{1,5}) ?g(?:i?b)?\b/g, '$1gb')
    .replace(/\bsxm\d\b/g, 'sxm')
    .replace(/\b(rtx|gtx|rx|tpu|gaudi)(?=\d)/g, '$1 ')
    .replace(/(\d)(ti|super|d)\b/g, '$1 $2')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
