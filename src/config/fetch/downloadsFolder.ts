import path from 'node:path';

/**
 * Where the command line keeps downloaded configs: a `headroom/models` below the user's cache folder.
 * `environment` is that of the process, `home` the user's home folder.
 */
export function downloadsFolder(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
  platform: NodeJS.Platform,
): string {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const usual = platform === 'win32' ? paths.join(home, 'AppData', 'Local') : paths.join(home, '.cache');
  const chosen = environment[platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_CACHE_HOME'] ?? '';
  // The XDG specification has relative paths ignored.
  return paths.join(paths.isAbsolute(chosen) ? chosen : usual, 'headroom', 'models');
}
