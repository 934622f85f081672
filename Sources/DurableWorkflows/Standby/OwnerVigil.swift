@_spi(Ownership) internal import WorkflowJournal

/// Judges from an owner's signs of life whether it is frozen. A value: it looks at no clock and at no file.
struct OwnerVigil {
  /// What the last sign means.
  enum Finding: Hashable {
    /// The owner gives no signs: it was opened without the option, or it is just beginning.
    case givesNoSigns(process: Int32?)
    /// The owner has given a new sign.
    case lives(process: Int32)
    /// The owner has given none for this long.
    case isSilent(process: Int32, Duration)
    /// The owner has given none for as long as it may.
    case isFrozen(process: Int32, Duration)
  }

  /// The longest silence of an owner that lives.
  let limit: Duration
  /// How long it may take from one look to the next. A longer time says more of the one who looks, which may have been
  /// stopped itself, than of the owner; it does not count.
  let interval: Duration
  private var last: LockSigns?
  private var silence = Duration.zero

  init(limit: Duration, interval: Duration = StandbyOptions.signInterval) {
    self.limit = limit
    self.interval = interval
  }

  /// Takes in what was seen, `elapsed` after the last look.
  mutating func look(at signs: LockSigns?, after elapsed: Duration) -> Finding {
    defer { last = signs }
    guard let signs, signs.sign != nil else {
      silence = .zero
      return .givesNoSigns(process: signs?.process)
    }
    guard signs == last else {
      silence = .zero
      return .lives(process: signs.process)
    }
    silence += min(elapsed, interval * 2)
    return silence < limit
      ? .isSilent(process: signs.process, silence) : .isFrozen(process: signs.process, silence)
  }

  /// The owner could not be ended: it is given its time once more.
  mutating func beginAgain() { silence = .zero }
}
