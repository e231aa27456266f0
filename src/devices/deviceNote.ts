import * as l10n from '@vscode/l10n';

const notes = {
  oneDie: () => l10n.t('One of the module’s two dies, which is what ROCm shows as a device.'),
  oneOfTwo: () => l10n.t('One of the superchip’s two GPUs, which is what a runtime shows as a device.'),
  sharedMemory: () => l10n.t('The memory is shared with the CPU.'),
  firmwareShare: () =>
    l10n.t('The memory is shared with the CPU; the firmware sets how much of it the GPU may take.'),
  macosShare: () =>
    l10n.t(
      'The memory is shared with the CPU: macOS lets the GPU take about two thirds to three quarters of it.',
    ),
  optionalEcc: () => l10n.t('ECC is off by default; switched on, it takes 1/16 of the memory.'),
  announced: () => l10n.t('The memory is as announced: no driver listing of this card was at hand.'),
  shipsWithLess: () => l10n.t('Announced with 192 GB; boards ship with 180, and drivers show 183 359 MiB.'),
  decimalSize: () => l10n.t('Sold as 288 GB, which are decimal: drivers show 275 040 MiB.'),
} as const;

/** Names a sentence that `deviceNote` gives, so that the table of devices is in no language. */
export type DeviceNote = keyof typeof notes;

/** What one has to know to read a verdict about a device, as a sentence; undefined where there is nothing. */
export function deviceNote({ note }: { readonly note?: DeviceNote }): string | undefined {
  return note && notes[note]();
}
