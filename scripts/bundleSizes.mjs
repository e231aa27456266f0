// Fails when a bundle has grown past what it may weigh: the host is loaded at activation, the panel each
// time it opens, so a heavy import in either is a fault.
import { stat } from 'node:fs/promises';

export const limits = {
  'dist/extension.js': 500_000,
  'dist/panel.js': 600_000,
  // Loaded with the first config, in about 60 ms.
  'dist/configReader.js': 800_000,
};

for (const [file, limit] of Object.entries(limits)) {
  const { size } = await stat(file);
  const text = `${file}: ${(size / 1000).toFixed(0)} kB of ${(limit / 1000).toFixed(0)} kB`;
  if (size <= limit) {
    console.log(text);
  } else {
    console.error(`${text}: too heavy`);
    process.exitCode = 1;
  }
}
