package import WorkflowJournal

/// One misfortune of a disk.
package struct DiskFault: Hashable, Sendable, CustomStringConvertible {
  /// What goes wrong.
  package enum Kind: String, CaseIterable, Sendable {
    /// The call fails with EIO.
    case inputOutputError
    /// The call fails with ENOSPC.
    case noSpace
    /// A part of a write is done, then it fails with EIO.
    case tornWrite
    /// A read or write does less than asked, and succeeds.
    case short
  }

  package var kind: Kind
  /// The kind of call that fails.
  package var operation: InMemoryCall.Operation
  /// Which of these calls in its life, from 1.
  package var number: Int
  /// Whether all later ones fail as well.
  package var isSticky: Bool

  package var description: String {
    "\(kind) in \(operation) \(number)\(isSticky ? " and later" : "")"
  }

  /// Whether a call that fails so must end the engine, or at least one request.
  var isFatal: Bool { kind != .short }

  static func draw(_ random: inout SimulationRandom) -> DiskFault {
    let kinds = Kind.allCases
    let kind = kinds[random.below(kinds.count)]
    let operations: [InMemoryCall.Operation] =
      switch kind {
      case .inputOutputError:
        [.write, .synchronizeData, .synchronize, .synchronizeDirectory, .rename, .open, .read, .list, .remove]
      case .noSpace: [.write, .open, .synchronizeData, .synchronize, .createDirectory]
      case .tornWrite: [.write]
      case .short: [.write, .read]
      }
    return DiskFault(
      kind: kind, operation: operations[random.below(operations.count)],
      number: 1 + random.below(1 << random.below(7)), isSticky: random.bool())
  }
}
