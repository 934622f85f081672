/// Facts about the files that several parts share.
///
/// A journal directory holds
/// - `NNNNNNNN.journal`: segments, numbered from 1 without gaps. The first block is the ``SegmentHeader``, then come
///   batches, each padded to the segment's alignment, then zeros up to the size that the header states. The file has
///   that size from the start and keeps it.
/// - `NNNNNNNN-PPPP.checkpoint`: part P of checkpoint N, which stands for all records of the segments before its cut.
///   The first block is the ``CheckpointHeader``, then come batches; the last one of the last part is a seal. The
///   manifest says which checkpoint is installed. It, the one before it, and all segments since that one's cut are
///   kept.
/// - `MANIFEST`: the ``Manifest``, replaced by renaming at every open, at every new segment, and to install a
///   checkpoint.
/// - `LOCK`: what the owner locks; never removed. Its text is the owner's process id and its last sign of life
///   (``LockSigns``).
/// - `NNNNNNNN-OFFSET.torn`: bytes of an unfinished write that an open found and set aside.
/// - `SUSPECT`: left by an owner whose write or sync failed, so that the next open begins a new segment instead of
///   appending to one that the device may have failed. It need not survive a crash, which empties the cache.
/// - `RESERVE`: zeros that become the next segment when the disk is full.
/// - `blobs/`: the files of a ``BlobStore``.
/// - `*.tmp`: unfinished files, removed at the next open.
enum JournalFormat {
  /// The major version. A reader refuses every other.
  static let majorVersion: UInt16 = 1
  /// Feature bits that this version knows and a reader must know. Others make it refuse.
  static let requiredFeatures: UInt32 = encryptedFeature
  /// The records of batches are encrypted; the header names the key.
  static let encryptedFeature: UInt32 = 1
  /// Feature bits that this version sets and a reader may ignore.
  static let optionalFeatures: UInt32 = 0

  static let manifestName = "MANIFEST"
  static let lockName = "LOCK"
  static let suspectName = "SUSPECT"
  static let reserveName = "RESERVE"
  static let blobDirectoryName = "blobs"
  static let temporarySuffix = ".tmp"
  static let segmentSuffix = ".journal"
  static let tornSuffix = ".torn"
  static let checkpointSuffix = ".checkpoint"
  /// The highest segment number: one bit of a ``RecordPointer`` tells segments from checkpoints.
  static let maximumSegment: UInt32 = .max >> 1

  /// The unit in which sizes are rounded when a file may hold segments of either alignment.
  static let smallestAlignment = 512

  static func roundUp(_ value: Int, to alignment: Int) -> Int {
    (value + alignment - 1) / alignment * alignment
  }

  private static func padded(_ number: UInt32, to count: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
  }

  static func segmentName(_ index: UInt32) -> String {
    padded(index, to: 8) + segmentSuffix
  }

  static func checkpointName(_ number: UInt32, part: UInt32) -> String {
    padded(number, to: 8) + "-" + padded(part, to: 4) + checkpointSuffix
  }

  /// A part of a checkpoint.
  struct CheckpointFile: Hashable, Sendable {
    var number: UInt32
    var part: UInt32

    init(number: UInt32, part: UInt32) {
      self.number = number
      self.part = part
    }

    /// The part in the name of a checkpoint file, or `nil` when the name is something else's.
    init?(name: String) {
      guard name.hasSuffix(checkpointSuffix) else { return nil }
      let fields = name.dropLast(checkpointSuffix.count).split(separator: "-", omittingEmptySubsequences: false)
      guard fields.count == 2, let number = UInt32(fields[0]), let part = UInt32(fields[1]), number > 0, part > 0,
        checkpointName(number, part: part) == name
      else { return nil }
      self.init(number: number, part: part)
    }

    var name: String { checkpointName(number, part: part) }
  }

  /// The index in the name of a segment file, or `nil` when the name is something else's.
  static func segmentIndex(_ name: String) -> UInt32? {
    guard name.hasSuffix(segmentSuffix) else { return nil }
    guard let index = UInt32(name.dropLast(segmentSuffix.count)), (1...maximumSegment).contains(index),
      segmentName(index) == name
    else {
      return nil
    }
    return index
  }

  static func tornName(_ index: UInt32, offset: Int) -> String {
    segmentName(index).dropLast(segmentSuffix.count) + "-\(offset)" + tornSuffix
  }

  static func path(_ directory: String, _ name: String) -> String {
    directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }
}
