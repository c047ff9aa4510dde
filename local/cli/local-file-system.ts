import { statfsSync } from 'node:fs';

/**
 * Magic numbers of Linux file systems that only one kernel can mount for writing.
 * https://man7.org/linux/man-pages/man2/statfs.2.html
 */
const LOCAL_TYPES: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
  0xca451a4e, // bcachefs
  0x4d44, // FAT
  0x2011bab0, // exFAT
  0x7366746e, // NTFS
]);

/** Returns whether no other machine can write to the file system of a directory; false if that is unknown. */
export function isLocalFileSystem(directory: string): boolean {
  return process.platform === 'linux' && LOCAL_TYPES.has(statfsSync(directory).type);
}
