/// What a standby knows of itself and of the owner.
struct StandbyState {
  /// The owner, as its own process namespace has it.
  var owner: Int32?
  /// How long the owner has given no sign of life.
  var silence: Duration?
  /// How long a take-over takes up to the first change, as rehearsed.
  var rehearsal: Duration?
  /// Why the journal could not be read.
  var cannotRead: String?
  /// Why the frozen owner could not be ended.
  var cannotEnd: String?

  /// The state as the report has it.
  func component(_ name: String) -> HealthComponent {
    let who = owner.map { "process \($0)" } ?? "another process"
    var message = "\(who) owns the journal; this process takes over when it ends"
    var reason = "standby"
    var values: [String: Double] = [:]
    if let rehearsal {
      values["rehearsal_seconds"] = rehearsal / .seconds(1)
      message += "; reading the journal took \(rehearsal)"
    }
    if let silence {
      values["owner_silence_seconds"] = silence / .seconds(1)
      message += "; it has given no sign of life for \(silence)"
    }
    if let cannotEnd {
      reason = "owner_frozen"
      message += "; it cannot be ended from here: \(cannotEnd)"
    }
    if let cannotRead {
      reason = "cannot_take_over"
      message += "; a take-over would fail: \(cannotRead)"
    }
    return HealthComponent(name, .unavailable, reason: reason, message: message, values: values)
  }
}

extension WorkflowHealth {
  func beginStandby(owner: Int32?) {
    changeStandby { $0 = StandbyState(owner: owner) }
    enter(.standby)
  }

  func standbySees(owner: Int32?, silentFor silence: Duration?) {
    changeStandby { state in
      if let owner { state.owner = owner }
      state.silence = silence
      if silence == nil { state.cannotEnd = nil }
    }
  }

  func standbyRehearsed(in time: Duration) {
    changeStandby { state in
      state.rehearsal = time
      state.cannotRead = nil
    }
  }

  /// Whether nothing is known that would stop a take-over.
  var standbyCanRead: Bool { standby.cannotRead == nil }

  func standbyCannotRead(_ error: String) { changeStandby { $0.cannotRead = error } }

  func standbyCannotEnd(_ reason: String) { changeStandby { $0.cannotEnd = reason } }
}
