import { amdDevices } from './amdDevices';
import { appleDevices } from './appleDevices';
import { fromDataSheet } from './dataSheet';
import type { DeviceSpec } from './deviceSpec';
import { gaudiDevices, tpuDevices } from './hostedAccelerators';
import { nvidiaDataCentre } from './nvidiaDataCentre';
import { nvidiaDesktop } from './nvidiaDesktop';

/** The devices whose rates and bandwidth are taken from their makers' data sheets. */
export function devicesWithPeaks(): DeviceSpec[] {
  return [
    ...nvidiaDataCentre.map((sheet) => fromDataSheet('nvidia', sheet)),
    ...nvidiaDesktop.map((sheet) => fromDataSheet('nvidia', sheet)),
    ...amdDevices.map((sheet) => fromDataSheet('amd', sheet)),
    ...gaudiDevices.map((sheet) => fromDataSheet('intel', sheet)),
    ...tpuDevices.map((sheet) => fromDataSheet('google', sheet)),
    ...appleDevices().map((sheet) => fromDataSheet('apple', sheet)),
  ];
}
