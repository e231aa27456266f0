/** Exit codes of the command line, as `docs/json.md` and `--help` list them. */
export const exitCode = {
  done: 0,
  badInput: 2,
  deviceFailed: 3,
  /** 128 + SIGINT, as shells report it. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
