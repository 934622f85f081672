internal import Foundation

/// An ext4 of its own in a file.
struct LoopDevice: Sendable {
  let image: String
  let mountPoint: String

  /// Makes and mounts one. The file is sparse: it takes space only for what was written.
  static func make(in directory: String, name: String, megabytes: Int) async throws -> LoopDevice {
    let device = LoopDevice(image: "\(directory)/\(name).ext4", mountPoint: "\(directory)/\(name)")
    try FileManager.default.createDirectory(atPath: device.mountPoint, withIntermediateDirectories: true)
    try await ChildProcess.output(["truncate", "-s", "\(megabytes)M", device.image])
    try await ChildProcess.output(["mkfs.ext4", "-q", "-F", "-m", "0", device.image])
    try await device.mount()
    return device
  }

  func mount() async throws { try await ChildProcess.output(["mount", "-o", "loop", image, mountPoint]) }

  /// Unmounts, also when the file system has been shut down.
  func unmount() async throws { try await unmountSoon(mountPoint) }

  func remount() async throws {
    try await unmount()
    try await mount()
  }
}

/// A file system in memory with a fixed size.
struct SmallTmpfs: Sendable {
  let mountPoint: String

  static func make(in directory: String, name: String, kilobytes: Int) async throws -> SmallTmpfs {
    let tmpfs = SmallTmpfs(mountPoint: "\(directory)/\(name)")
    try FileManager.default.createDirectory(atPath: tmpfs.mountPoint, withIntermediateDirectories: true)
    try await ChildProcess.output(["mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "none", tmpfs.mountPoint])
    return tmpfs
  }

  func resize(kilobytes: Int) async throws {
    try await ChildProcess.output(["mount", "-o", "remount,size=\(kilobytes)k", mountPoint])
  }

  func unmount() async throws { try await unmountSoon(mountPoint) }
}

/// Unmounts, if need be after a while: a child that is being forked elsewhere has what its parent had open.
private func unmountSoon(_ mountPoint: String) async throws {
  for _ in 0..<50 {
    if try await ChildProcess.run(["umount", mountPoint]).status == 0 { return }
    try await Task.sleep(for: .milliseconds(100))
  }
  try await ChildProcess.output(["umount", mountPoint])
}
