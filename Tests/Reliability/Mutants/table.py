"""Deliberate defects of the journal: each is a small edit and the row that claims to catch it.

An edit is (file under Sources/WorkflowJournal, old text, new text). The old text must stand there exactly once, so that
a mutant which the sources have outgrown is noticed.
"""

COMMIT = "Writing/Journal+Commit.swift"
ROLL = "Writing/Journal+Roll.swift"
FILLER = "Writing/SegmentFiller.swift"
WALKER = "Recovery/BatchWalker.swift"
OPENING = "Recovery/JournalOpening.swift"
FILES = "Recovery/JournalScan+Files.swift"
SCAN_CHECKPOINT = "Recovery/JournalScan+Checkpoint.swift"
BATCH = "Format/BatchHeader.swift"
BLOCK = "Format/HeaderBlock.swift"
MANIFEST = "Format/Manifest.swift"
JOURNAL = "Journal.swift"
BUILDER = "Checkpoints/CheckpointBuilder.swift"
INSTALL = "Checkpoints/Journal+Checkpoint.swift"
SEAM = "FileSystem/JournalFileSystem.swift"

# (name, what it breaks, row, size, edits)
MUTANTS = [
    ("skip-fdatasync", "a batch is acknowledged without a sync", "e", 4000, [
        (COMMIT, "      try segment.file.synchronizeData()\n", "      if segment.size < 0 { try segment.file.synchronizeData() }\n")]),
    ("ack-failed-sync", "a batch whose sync failed is acknowledged", "d", 1500, [
        (COMMIT, 'throw poisoned(by: error, doing: "Syncing batch \\(header.sequence)", file: segment.path)',
         'if error.errno == 0 { throw poisoned(by: error, doing: "Syncing batch", file: segment.path) }')]),
    ("retry-fdatasync", "a failed sync is repeated, and its success believed", "d", 1500, [
        (COMMIT, 'throw poisoned(by: error, doing: "Syncing batch \\(header.sequence)", file: segment.path)',
         'do throws(JournalFileSystemError) { try segment.file.synchronizeData() } catch { '
         'throw poisoned(by: error, doing: "Syncing batch \\(header.sequence)", file: segment.path) }')]),
    ("no-poison", "the journal goes on after a failed write or sync", "d", 1500, [
        (JOURNAL, "      poison = cause\n", "")]),
    ("short-write-ignored", "the rest of a short write is not written", "d", 1500, [
        (SEAM, "while written < bytes.count {", "while written < 0 {")]),
    ("short-read-ignored", "the rest of a short read is not read", "d", 1500, [
        (SEAM, "      if count <= 0 { break }\n      done += count\n", "      done += max(0, count)\n      break\n")]),
    ("full-disk-poisons", "a full disk while the next segment is prepared ends the journal", "i", 8, [
        (ROLL, 'guard error.isFull else { throw poisoned(by: error, doing: "Preparing the next segment") }',
         'guard error.errno == 0 else { throw poisoned(by: error, doing: "Preparing the next segment") }')]),
    ("skip-segment-directory-sync", "a new segment's name is not made durable", "e", 4000, [
        (ROLL, "    try fileSystem.rename(path, to: finalPath)\n    try fileSystem.synchronizeDirectory(directory)\n",
         "    try fileSystem.rename(path, to: finalPath)\n")]),
    ("skip-segment-header-sync", "a new segment's header is not made durable", "e", 4000, [
        (ROLL, "    try file.synchronizeData()\n    try fileSystem.rename(path, to: finalPath)\n",
         "    try fileSystem.rename(path, to: finalPath)\n")]),
    ("skip-manifest-sync", "the manifest is renamed before it is durable", "e", 4000, [
        (FILLER, "    try file.synchronize()\n    try fileSystem.rename(temporary, to: path)\n",
         "    try fileSystem.rename(temporary, to: path)\n")]),
    ("skip-manifest-directory-sync", "the manifest's new name is not made durable", "e", 4000, [
        (FILLER, "    try fileSystem.rename(temporary, to: path)\n    try fileSystem.synchronizeDirectory(directory)\n",
         "    try fileSystem.rename(temporary, to: path)\n")]),
    ("skip-checkpoint-sync", "a checkpoint's files get their names before they are durable", "e", 4000, [
        (BUILDER, "      try current.file.synchronize()\n", "")]),
    ("delete-before-install", "segments are removed before the manifest that does without them is durable", "e", 6000, [
        (INSTALL, "    let former = manifest\n",
         "    let former = manifest\n    for index in former.checkpoint.firstSegment..<cut.firstSegment {\n"
         "      try? fileSystem.remove(JournalFormat.path(directory, JournalFormat.segmentName(index)))\n    }\n")]),
    ("uninstalled-checkpoint", "an open believes a checkpoint that was not installed", "e", 4000, [
        (SCAN_CHECKPOINT, "    if let manifest {\n      checkpoint = manifest.checkpoint\n",
         "    if let manifest, manifest.epoch == 0 {\n      checkpoint = manifest.checkpoint\n")]),
    ("reuse-epoch", "an open takes the epoch of the one before it", "e", 1000, [
        (OPENING, "Manifest.epochJump : 1", "Manifest.epochJump : 0")]),
    ("append-to-torn-tail", "a torn tail is overwritten instead of set aside", "a", 2000, [
        (OPENING, "if torn != nil || scan.isSuspect || options.encryption != nil {",
         "if scan.isSuspect || options.encryption != nil {")]),
    ("believe-the-cache", "an open tells of bytes that it has not made durable", "d", 4000, [
        (FILES, "    if mode == .opening, synchronizing { try file.synchronize() }\n", "")]),
    ("skip-payload-checksum", "the records' checksum is not verified", "b", 8000, [
        (WALKER, "== batch.payloadChecksum", "!= ~batch.payloadChecksum")]),
    ("skip-header-checksum", "the batch header's checksum is not verified", "b", 8000, [
        (BATCH, "guard bytes.load(UInt32.self, at: offset + Self.checksumOffset) == checksum else { return nil }",
         "_ = checksum")]),
    ("skip-segment-checksum", "the segment header's checksum is not verified", "b", 8000, [
        (BLOCK, "      isAligned && Self.checksum(bytes, kind, alignment: alignment) == bytes.load(UInt32.self, at: kind.byteCount - 4)",
         "      isAligned")]),
    ("skip-manifest-checksum", "the manifest's checksum is not verified", "b", 20000, [
        (MANIFEST, "span.load(UInt32.self, at: 188) == CRC32C.checksum(span.extracting(0..<188))", "span.count > 0")]),
    ("ignore-place", "a batch may stand anywhere: sequence and chain are not compared", "b", 20000, [
        (WALKER, "if let mismatch = batch.mismatch(continuing: chain) {",
         "if chain.sequence == .max, let mismatch = batch.mismatch(continuing: chain) {")]),
    ("ignore-later-batches", "later batches do not prove earlier ones durable", "b", 8000, [
        (WALKER, "batch.sequence > chain.sequence &+ 1", "batch.sequence == 0")]),
    ("ignore-durable-sequence", "the manifest's durable batch is not missed", "a", 4000, [
        (FILES, "if manifest.durableSequence > chain.sequence {", "if manifest.durableSequence > .max - 1 {")]),
    ("ignore-missing-segments", "missing segments are not missed", "b", 2000, [
        (FILES, "guard let first = indices.first else { return }", "guard let first = indices.first, first == 0 else { return }")]),
    ("drop-watermark", "the pause writes no watermark", "b", 2000, [
        (COMMIT, "    guard endsWithData else { return }\n", "    guard endsWithData, isClosed else { return }\n")]),
    ("drop-seal", "a close writes no seal", "b", 2000, [
        (JOURNAL, "    try writeControl(.seal)\n", "")]),
]
