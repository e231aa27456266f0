import { version } from '../../package.json';

/** The version in the manifest. */
export const HEADROOM_VERSION: string = version;
